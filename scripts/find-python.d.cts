export declare function findPython(): string | undefined;
export declare function ensurePython(say?: (line: string) => void): string;

"""Pure rules and formats that the whole project shares; the TypeScript sources of the same names are the reference."""

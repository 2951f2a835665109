// Whose calls on keys are part of normal life: policies are written from it, and rules tell of everybody else.

/** ARNs of roles; tokens are fine. */
export interface ExpectedCallers {
  readonly rotation: string;
  readonly caretaker: string;
  readonly intake: string;
  readonly deployment: string;
  readonly breakGlass: string;
}

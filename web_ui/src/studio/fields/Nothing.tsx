/** For read-only field types. */
export const Nothing = () => null;

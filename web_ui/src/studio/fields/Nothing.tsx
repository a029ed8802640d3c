/** The server gives it and nobody writes it. */
export const Nothing = () => null;

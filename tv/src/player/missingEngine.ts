// Stands in for the engine in a build made where the player's packages are not installed.
export function createEngine(): never {
  throw new Error('this build has no engine: npm --prefix player ci, then build again');
}

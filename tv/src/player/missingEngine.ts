// Replaces the engine in builds without the player's packages.
export function createEngine(): never {
  throw new Error('this build has no engine: npm --prefix player ci, then build again');
}

// Stands in for the engine in a build made before `player/` was built.
export function createEngine(): never {
  throw new Error('player/dist is missing: build player/ first');
}

/** This process must not go on with the run: whatever it still holds of it is to be dropped. */
export class RunLost extends Error {
  override readonly name: string = 'RunLost';
}

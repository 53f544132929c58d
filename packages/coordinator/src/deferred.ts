/** A promise that is settled from outside; `Promise.withResolvers` for Node 20. */
export class Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: Error) => void;

  constructor() {
    let resolve: ((value: Value) => void) | undefined;
    let reject: ((reason: Error) => void) | undefined;
    this.promise = new Promise<Value>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    this.resolve = (value) => resolve?.(value);
    this.reject = (reason) => reject?.(reason);
  }
}

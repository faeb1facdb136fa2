import type { Rejection } from '@/domain/rejection';

/** An expected refusal: the command changed nothing, and this is why. The API answers it with 409. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  constructor(readonly rejection: Rejection) {
    super(rejection.message);
  }
}

/** What was named does not exist. The API answers 404. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  constructor(what: string, id: string) {
    super(`There is no ${what} ${id}.`);
  }
}

/** Nor for somebody whose rights end at some tenants, whether it is there for others or not. The API answers 404. */
export class NotYours extends NotFound {
  constructor(message: string) {
    super('', '');
    this.message = message;
  }
}

/** The input is well formed and still wrong; `field` says where. The API answers 400. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

// The front door of the room. What is not named here is nobody else's.

export { addPeople, type PersonToAdd } from './add-people.ts';
export { identifyByAppPassword, makeAppPassword } from './app-passwords/app-passwords.ts';
export type { AccountsContext } from './context.ts';
export type { Role } from './contract.ts';
export { findUserId } from './find-user-id.ts';
export { addUser, preparePerson } from './register.ts';
export { identifyUser } from './identify-user.ts';
export { everyone, openMatrix, type Matrix, type RoomPermissions } from './permissions.ts';
export { emailOf, isActive } from './is-active.ts';
export { openAccounts } from './room.ts';

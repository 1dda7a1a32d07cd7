// The front door of the room. What is not named here is nobody else's.

export { addPeople, type PersonToAdd } from './add-people.ts';
export { identifyByAppPassword, makeAppPassword } from './app-passwords/app-passwords.ts';
export { openAccounts, type AccountsContext } from './context.ts';
export { findUserId } from './find-user-id.ts';
export { addUser, preparePerson } from './register.ts';
export { serveAccounts } from './http.ts';
export { identifyUser } from './identify-user.ts';
export { permits, type Permission } from './permissions.ts';
export { prepareFirstAdmin } from './prepare-first-admin.ts';
export { emailOf, isActive } from './is-active.ts';
export { loadSigningKey, type SigningKey } from './signing-key.ts';

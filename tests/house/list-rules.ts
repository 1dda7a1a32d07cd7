import * as rules from './rules.ts';
import { roomsStaySmall } from './size-rules.ts';
import { migrationsAreOfOneSchema, sqlFoldsNoLetters, sqlStaysInItsSchema } from './sql-rules.ts';

/** Every rule of the house by the sentence that it holds to. */
export const ruleOf: Readonly<Record<string, rules.Rule>> = {
  'everything that is there was read, and is in a room, main or a client': rules.everythingWasRead,
  'every room that has a folder says which schema it owns, or that it has none':
    rules.everyRoomSaysItsSchema,
  'a room imports only floors below it, and on its own floor only what the map lists':
    rules.roomsImportDownwards,
  'no room reaches for main, the clients or the web': rules.roomsSeeNoClient,
  'rooms enter each other by index.ts, or by the door of an engine': rules.roomsEnterByTheirDoors,
  'web, command line and agent see rooms only by their contracts': rules.clientsSeeContracts,
  'contracts and the rooms for browsers run in one: no Node, no other room, no package but typebox':
    rules.contractsRunInABrowser,
  'what a room or the web imports is written out, so that it can be read':
    rules.referencesAreWritten,
  'what is imported exists': rules.referencesExist,
  'what runs does not import what only tests it': rules.testsStayOutside,
  'only the web knows react, and only platform/postgres.ts and what needs the wire know the driver':
    rules.driverAndReactStayHome,
  'settings are rows of config.ts: below main nothing reads the environment but what a child process is handed':
    rules.settingsAreRows,
  'SQL names only its own schema, or reads what another room publishes as public_*':
    sqlStaysInItsSchema,
  'a migration is of one schema, or says why it is of several': migrationsAreOfOneSchema,
  'SQL folds no letters: what that does is up to the locale of the database': sqlFoldsNoLetters,
  'no two files import each other, however far around': rules.noCycles,
  'a room above 6,000 lines or 15 use cases is two rooms, or says why it is one': roomsStaySmall,
};

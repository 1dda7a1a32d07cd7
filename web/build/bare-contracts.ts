import { type ESTree, type Plugin, Visitor } from 'vite';

/**
 * Contracts describe endpoints for the server, its documentation and the command line. A call from the browser needs
 * the method and the path: summary, access and shapes are left out of the build, and then nothing names the shapes.
 */
export function bareContracts(): Plugin {
  return {
    name: 'ngoma-bare-contracts',
    apply: 'build',
    transform: {
      filter: { id: /\/src\/.+\/contract\.ts$/ },
      handler(code) {
        return { code: cut(code, this.parse(code)), map: null };
      },
    },
  };
}

/** Shapes are made by these; what nobody reads of what they made is left out. */
export const shapeFunctions = ['Type', 'idShape', 'nullable', 'pageOf'];

function cut(code: string, program: ESTree.Program): string {
  let bare = code;
  const calls: ESTree.CallExpression[] = [];
  new Visitor({
    CallExpression(call) {
      if (call.callee.type === 'Identifier' && call.callee.name === 'endpoint') calls.push(call);
    },
  }).visit(program);
  for (const { start, end, arguments: given } of calls.reverse()) {
    const [method, path] = given.map((argument) => code.slice(argument.start, argument.end));
    bare = `${bare.slice(0, start)}{ method: ${method}, path: ${path} }${bare.slice(end)}`;
  }
  return bare;
}

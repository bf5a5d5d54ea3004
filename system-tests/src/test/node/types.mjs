// Compiles one file of TypeScript strictly, with the types that its imports bring. Says, a line each, what is wrong.
import ts from 'typescript';

const options = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
};
for (const each of ts.getPreEmitDiagnostics(ts.createProgram([process.argv[2]], options))) {
  const line = each.file ? each.file.getLineAndCharacterOfPosition(each.start).line + 1 : 0;
  console.log(`${each.file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(each.messageText, ' ')}`);
}

// grafana - the dashboards are what @grafana/schema, Grafana's own package of
// types, says a dashboard is: each as a whole, and each panel's options and
// field settings as those of its kind.  A field that is missing, of another
// type, or that Grafana does not know is an error of the type checker.
import { execFileSync } from 'node:child_process';
import {
    mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { check, done } from './lib.mjs';

const boards = process.argv[2];
const here = import.meta.dirname;
const out = path.join(here, 'grafana');
const tsc = path.join(path.dirname(createRequire(import.meta.url)
    .resolve('typescript/package.json')), 'bin/tsc');

// JSON has the texts that the package's enums stand for.
const head = `import type { Dashboard, Panel } from '@grafana/schema';
type Plain<T> = T extends string ? \`\${T}\`
    : T extends number | boolean | null | undefined ? T
    : T extends (infer U)[] ? Plain<U>[]
    : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
`;

// One of a panel's own kind, where the package has types of it.
function ofKind(panel, i, kinds) {
    // By its file: the package exports it under a name that none can derive.
    const from = '../node_modules/@grafana/schema/dist/types/raw/composable/' +
        `${panel.type}/panelcfg/x/types.gen`;
    const names = readFileSync(path.join(out, `${from}.d.ts`), 'utf8');
    const custom = panel.fieldConfig?.defaults?.custom;
    let text = '';
    for (const [name, value] of [['Options', panel.options],
                                 ['FieldConfig', custom]]) {
        if (value === undefined)
            continue;
        check(`${panel.type} has ${name}`,
              names.includes(`export interface ${name} `), panel.title);
        text += `export const ${name}${i}: Plain<Partial<import('${from}')` +
            `.${name}>> = ${JSON.stringify(value)};\n`;
        kinds.add(`${panel.type} ${name}`);
    }
    return text;
}

function judge(name, board, kinds) {
    const file = path.join(out, `${name}.ts`);
    writeFileSync(file, `${head}export const all: Plain<Dashboard> = ` +
        `${JSON.stringify(board, null, 1)};\n` +
        board.panels.map((p, i) => ofKind(p, i, kinds)).join(''));
}

function errors() {
    try {
        execFileSync(process.execPath, [tsc, '-p', out], { encoding: 'utf8' });
        return '';
    } catch (e) {
        return e.stdout + e.stderr;
    }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
writeFileSync(path.join(out, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
        strict: true, noEmit: true, module: 'esnext', target: 'es2022',
        moduleResolution: 'bundler', types: [],
    },
    include: ['*.ts'],
}));
const kinds = new Set();
const names = readdirSync(boards).filter((n) => n.endsWith('.json'));
check('dashboards', names.length >= 7, names);
const read = (n) => JSON.parse(readFileSync(path.join(boards, n), 'utf8'));
for (const n of names)
    judge(path.basename(n, '.json'), read(n), kinds);
check('kinds of panels', kinds.size >= 5, [...kinds]);
let bad = errors();
check('the dashboards are dashboards', bad === '', bad);

// It can fail: a field nobody knows, a word that is none, one that is missing.
const wrong = [
    ['field', 'nosuch', (b) => { b.panels[0].nosuch = 1; }],
    ['word', 'DashboardCursorSync', (b) => { b.graphTooltip = 'both'; }],
    ['option', 'xl', (b) => {
        b.panels.find((p) => p.type === 'table').options.cellHeight = 'xl';
    }],
    ['link', 'targetBlank', (b) => { delete b.links[0].targetBlank; }],
];
for (const n of names)
    rmSync(path.join(out, n.replace('.json', '.ts')));
for (const [what, , spoil] of wrong) {
    const board = read('overview.json');
    spoil(board);
    judge(what, board, kinds);
}
bad = errors();
for (const [what, word] of wrong)
    check(`a wrong ${what} is seen`, bad.includes(`${what}.ts(`) &&
          bad.includes(word), bad);
done('@grafana/schema');

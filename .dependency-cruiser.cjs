/**
 * The ladder of the house: a folder imports only from folders above it.
 * `spec.ts`, `provenance.ts`, `synthesize.ts`, `library.ts` and `index.ts` stand between report/ and cli/; node/ is
 * their host.
 */
const generator = [
  'diagnostic.ts',
  'nearest.ts',
  'package-root.ts',
  'version.ts',
  'host.ts',
  'sha256.ts',
  'assembly-compiler.ts',
  'progress.ts',
  'pulse.ts',
  'fixedpoint/',
  'function/',
  'fit/',
  'segment/',
  'plan/',
  'verify/',
  'emit/',
  'report/',
  'spec/',
  'spec.ts',
  'provenance.ts',
  'propose/',
  'synthesize.ts',
  'library.ts',
  'index.ts',
  'node/',
  'cli/',
];
/** What both ladders stand on. */
const shared = [
  'diagnostic.ts',
  'package-root.ts',
  'host.ts',
  'assembly-compiler.ts',
  'progress.ts',
  'pulse.ts',
  'fixedpoint/',
];
const trainer = [...shared, 'tensor/', 'nn/', 'data/', 'train/'];
/** Only these rooms of the generator may be used by train/: it prints the kernels that its engine is to run. */
const FOR_TRAIN = ['plan/', 'emit/', 'node/host.ts'];

const escape = (name) => name.replace('.', '\\.');
const upward = (ladder, extra = []) =>
  ladder.map((room, level) => ({
    name: `ladder-${room.replace(/[/.]/g, '')}-${ladder === trainer ? 'trainer' : 'generator'}`,
    comment: `${room} may import only from what stands above it in the ladder`,
    severity: 'error',
    from: { path: `^src/${escape(room)}` },
    to: {
      path: '^src/',
      pathNot: [...ladder.slice(0, level + 1), ...extra, ...(room === 'train/' ? FOR_TRAIN : [])].map(
        (above) => `^src/${escape(above)}`,
      ),
    },
  }));

const sharedRooms = new Set(shared);

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'emit-prints-only',
      comment: 'every mathematical decision is in the plan before anything is printed',
      severity: 'error',
      from: { path: '^src/emit/' },
      to: { path: '^src/(function|fit|segment)/' },
    },
    {
      name: 'browser-safe',
      comment: 'what runs in Node alone is behind the host',
      severity: 'error',
      from: { path: '^src/(plan/)?index\\.ts$' },
      to: {
        path: '^(node:)?(assert|buffer|child_process|crypto|fs|os|path|process|url|util|v8|worker_threads|zlib)(/|$)',
        reachable: true,
      },
    },
    {
      name: 'only-train-imports-generated',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/train/' },
      to: { path: '^generated/' },
    },
    ...upward(generator),
    ...upward(trainer, ['plan/plan.ts']).filter(
      (rule) => ![...sharedRooms].some((room) => rule.from.path.endsWith(escape(room))),
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};

export const id = 398;
export const ids = [398];
export const modules = {

/***/ 9205:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./lib/base/failure.js
var base_failure = __webpack_require__(1747);
// EXTERNAL MODULE: ./lib/base/plain-text.js
var plain_text = __webpack_require__(6297);
// EXTERNAL MODULE: ./lib/oci/platform.js
var oci_platform = __webpack_require__(7122);
;// CONCATENATED MODULE: ./lib/inspect/binaries-notices.js
/** What the setting `binaries` named and nobody looked at: a misspelt glob must not pass for files that are fine. */

/** `images`: the platforms of each; null for one that could not be read. Nothing is missed unless everything was read. */
function binariesNotices({ binaries, scope }, images) {
    if (binaries.length === 0)
        return [];
    if (scope === 'start')
        return ['binaries is not looked at in scope "start": set scope to "image"'];
    const outcomes = images.flatMap((image) => image ?? []);
    if (images.includes(null) || outcomes.some(({ facts }) => facts === null))
        return [];
    const walked = outcomes.flatMap(({ entry: { platform }, facts }) => {
        const name = platform === null ? 'unknown' : (0,oci_platform/* formatPlatform */.Bq)(platform);
        return facts?.survey ? { name, unmatched: facts.survey.unmatched } : [];
    });
    if (walked.length === 0)
        return ['binaries is looked at in images of Linux alone'];
    return [...new Set(binaries)].flatMap((glob) => {
        const without = walked.filter(({ unmatched }) => unmatched.includes(glob));
        if (without.length === 0)
            return [];
        const where = without.length === walked.length
            ? ''
            : ` of ${[...new Set(without.map(({ name }) => name))].join(', ')}`;
        return [`binaries: "${glob}" matches no file${where}: paths begin with /, and ** stands for any folders`];
    });
}

;// CONCATENATED MODULE: ./lib/elf/constants.js
/** Numbers of elf.h under their C names, so that a search meets the ABI documents. Machines are in machines.ts. */
/** e_ident. */
const EI_CLASS = 4;
const EI_DATA = 5;
const EI_VERSION = 6;
const EI_OSABI = 7;
const EI_ABIVERSION = 8;
const ELFCLASS32 = 1;
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const ELFDATA2MSB = 2;
/** e_type. */
const ET_REL = 1;
const ET_EXEC = 2;
const ET_DYN = 3;
const ET_CORE = 4;
/** e_phnum of a file whose real count stands in section 0; neither the kernel nor a loader looks there. */
const PN_XNUM = 0xffff;
/** p_type. */
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
const PT_PHDR = 6;
const PT_TLS = 7;
const PT_GNU_STACK = 0x6474e551;
const PT_GNU_RELRO = 0x6474e552;
const PT_GNU_PROPERTY = 0x6474e553;
/** p_flags. */
const PF_X = 1;
const PF_W = 2;
const PF_R = 4;
/** d_tag. */
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_RELA = 7;
const DT_RELASZ = 8;
const DT_RELAENT = 9;
const DT_STRSZ = 10;
const DT_SYMENT = 11;
const DT_INIT = 12;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_REL = 17;
const DT_RELSZ = 18;
const DT_PLTRELSZ = 2;
const DT_PLTREL = 20;
const DT_JMPREL = 23;
const DT_BIND_NOW = 24;
const DT_INIT_ARRAY = 25;
const DT_RUNPATH = 29;
const DT_FLAGS = 30;
const DT_RELR = 36;
const DT_MIPS_SYMTABNO = 0x70000011;
const DT_GNU_HASH = 0x6ffffef5;
const DT_VERSYM = 0x6ffffff0;
const DT_FLAGS_1 = 0x6ffffffb;
const DT_VERDEF = 0x6ffffffc;
const DT_VERDEFNUM = 0x6ffffffd;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
const DT_AUXILIARY = 0x7ffffffd;
const DT_FILTER = 0x7fffffff;
/** DT_FLAGS and DT_FLAGS_1. */
const DF_BIND_NOW = 8;
const DF_1_NOW = 1;
const DF_1_NODEFLIB = 0x800;
const DF_1_PIE = 0x08000000;
/** vd_flags and vna_flags. */
const VER_FLG_BASE = 1;
const VER_FLG_WEAK = 2;
/** Symbols. */
const SHN_UNDEF = 0;
const STB_GLOBAL = 1;
const STB_WEAK = 2;
const STB_GNU_UNIQUE = 10;
/** sh_type; the one section type that is read. */
const SHT_ARM_ATTRIBUTES = 0x70000003;
/** n_type of notes whose name is "GNU". */
const NT_GNU_ABI_TAG = 1;
const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY_TYPE_0 = 5;
const GNU_PROPERTY_X86_ISA_1_NEEDED = 0xc0008002;
/** e_flags that tell ABIs of one machine apart. */
const EF_ARM_EABIMASK = 0xff000000;
const EF_ARM_ABI_FLOAT_SOFT = 0x200;
const EF_ARM_ABI_FLOAT_HARD = 0x400;
const EF_PPC64_ABI = 3;
const EF_MIPS_ABI2 = 0x20;
const EF_MIPS_ABI = 0xf000;
const EF_MIPS_ARCH = 0xf0000000;
const EF_RISCV_RVC = 1;
const EF_RISCV_FLOAT_ABI = 6;
const EF_RISCV_RVE = 8;
const EF_LOONGARCH_ABI_MODIFIER_MASK = 7;

// EXTERNAL MODULE: ./lib/elf/machines.js
var machines = __webpack_require__(3627);
;// CONCATENATED MODULE: ./lib/elf/describe-elf.js


/** `ELF 64-bit little-endian x86-64, static`, `…, dynamic (/lib64/ld-linux-x86-64.so.2)`. Untrusted text inside. */
function describeElf(facts) {
    const { class: bits, byteOrder } = facts.readAs;
    const broken = facts.problems.find(({ kind }) => kind === 'cut' || kind === 'broken');
    const damage = broken === undefined ? '' : broken.kind === 'cut' ? ', cut short' : ', damaged';
    return `ELF ${bits}-bit ${byteOrder}-endian ${(0,machines/* machineName */.Fm)(facts.machine)}, ${kindOf(facts)}${damage}`;
}
function kindOf(facts) {
    if (facts.interpreter !== null)
        return `dynamic (${facts.interpreter.path})`;
    if (facts.type === ET_EXEC)
        return 'static';
    if (facts.type === ET_REL)
        return 'object file';
    if (facts.type === ET_CORE)
        return 'core file';
    if (facts.type !== ET_DYN)
        return `type ${facts.type}`;
    const isProgram = facts.dynamic === null || (facts.dynamic.flags1 & DF_1_PIE) !== 0;
    return isProgram ? 'static' : 'shared library';
}

;// CONCATENATED MODULE: ./lib/inspect/platform-report.js


/** `verdict` is left at `pass` or `unverified` here: findings are counted by the judge. */
function platformReportOf({ entry, facts, failure, }) {
    const platform = entry.platform === null ? 'unknown' : (0,oci_platform/* formatPlatform */.Bq)(entry.platform);
    return {
        platform,
        digest: entry.descriptor.digest,
        verdict: failure === null ? 'pass' : 'unverified',
        inspected: failure === null,
        start: facts === null ? null : startReportOf(facts),
        exemptions: facts?.survey?.exemptions ?? [],
        leftOut: facts === null ? [] : leftOutOf(facts),
        filesExamined: facts === null ? 0 : filesExamined(facts),
        failure,
    };
}
function leftOutOf({ trace, arbitraryTrace, survey }) {
    const all = [...trace.leftOut, ...(arbitraryTrace?.leftOut ?? []), ...(survey?.leftOut ?? [])];
    return [...new Set(all)];
}
function filesExamined({ survey, trace }) {
    return survey?.files ?? trace.steps.filter(({ file }) => file !== null).length;
}
function startReportOf({ image, trace }) {
    return {
        argv: trace.argv,
        user: image.config.process.user,
        workingDir: trace.workingDir,
        chain: chainOf(trace),
    };
}
function chainOf(trace) {
    return trace.steps
        .filter(({ chain }) => chain === 'start')
        .map(({ role, name, file }) => ({
        role,
        path: file?.path ?? name,
        resolvedPath: file?.located.path ?? null,
        format: file === null ? null : formatOf(file.located.entry),
        layer: file?.located.layer ?? null,
    }));
}
/** What a file is, in the words of file(1) as far as they matter here. */
function formatOf(entry) {
    return entry.content === undefined ? entry.type : contentFormat(entry.content);
}
function contentFormat(content) {
    switch (content.kind) {
        case 'elf':
            return describeElf(content);
        case 'script':
            return `script, ${content.head.split('\n', 1)[0]?.trimEnd() ?? '#!'}`;
        case 'empty':
            return 'empty file';
        case 'packages':
            return `${content.database} database`;
        case 'other':
            return content.detail === null ? content.format : `${content.format}, ${content.detail}`;
    }
}

;// CONCATENATED MODULE: ./lib/inspect/image-report.js


function imageReportOf(identity, answer) {
    const present = answer.outcomes.flatMap(({ entry }) => entry.platform ?? []);
    const missing = identity.required.filter((platform) => !present.some((other) => (0,oci_platform/* samePlatform */.my)(platform, other)));
    return {
        ...headOf(identity),
        missingPlatforms: missing.map(oci_platform/* formatPlatform */.Bq),
        platforms: answer.outcomes.map(platformReportOf),
        attestations: answer.attestations.length,
        failure: null,
    };
}
function failedImageReport(identity, failure) {
    return { ...headOf(identity), missingPlatforms: [], platforms: [], attestations: 0, failure };
}
function headOf({ reference, tags, root, pinned, required }) {
    return {
        reference,
        tags,
        digest: root?.digest ?? null,
        mediaType: root?.mediaType ?? null,
        pinned,
        verdict: 'unverified',
        requiredPlatforms: required.map(oci_platform/* formatPlatform */.Bq),
    };
}
/** Everything that belongs to the image, each blob once: how much there is, whatever was read of it. */
function sizeOf({ outcomes, attestations }, root) {
    const images = outcomes.flatMap(({ entry }) => entry.image ?? []);
    const layers = images.flatMap(({ manifest }) => manifest.layers);
    const blobs = [
        root,
        ...layers,
        ...outcomes.map(({ entry }) => entry.descriptor),
        ...images.map(({ manifest }) => manifest.config),
        ...attestations.flatMap(({ descriptor, manifest }) => [descriptor, manifest.config, ...manifest.layers]),
    ];
    const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
    const bytesTotal = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    return { bytesTotal, layersTotal: new Set(layers.map(({ digest }) => digest)).size };
}

;// CONCATENATED MODULE: ./lib/rules/rule.js
function indexRule(rule) {
    return { scope: 'index', ...rule };
}
function startRule(rule) {
    return { scope: 'start', ...rule };
}
function imageRule(rule) {
    return { scope: 'image', ...rule };
}

;// CONCATENATED MODULE: ./lib/start/system.js
/** Kernels and user lands of their own; a name that nobody knows is taken for a misspelled Linux. */
const OTHERS = new Set('aix android darwin dragonfly freebsd illumos ios js netbsd openbsd plan9 solaris'.split(' '));
const WASM = new Set(['wasi', 'wasip1', 'wasip2']);
/** With one of these crun and its kind hand the container to a WebAssembly runtime, whatever the platform says. */
const WASM_ANNOTATIONS = ['module.wasm.image/variant', 'run.oci.handler'];
function systemOf({ os, architecture }, annotations = {}) {
    const name = os.toLowerCase();
    if (WASM.has(name) || architecture.startsWith('wasm'))
        return 'wasm';
    if (name === 'windows')
        return 'windows';
    if (OTHERS.has(name))
        return 'other';
    const [variant, handler] = WASM_ANNOTATIONS.map((name) => annotations[name]);
    return variant?.startsWith('compat') === true || handler === 'wasm' ? 'wasm' : 'linux';
}

;// CONCATENATED MODULE: ./lib/rules/runtime-error.js

/** strerror(3). */
const TEXTS = {
    ENOENT: 'No such file or directory',
    ENOTDIR: 'Not a directory',
    ELOOP: 'Too many levels of symbolic links',
    ENAMETOOLONG: 'File name too long',
    EACCES: 'Permission denied',
    EPERM: 'Operation not permitted',
    ENOEXEC: 'Exec format error',
    EINVAL: 'Invalid argument',
    EIO: 'Input/output error',
    ENOMEM: 'Cannot allocate memory',
    ELIBBAD: 'Accessing a corrupted shared library',
};
/** What the shell or docker prints when a signal ends the process. */
const SIGNALS = {
    SIGSEGV: 'Segmentation fault (exit status 139)',
    SIGBUS: 'Bus error (exit status 135)',
    SIGKILL: 'Killed (exit status 137)',
    SIGILL: 'Illegal instruction (exit status 132)',
};
const COMPLAINTS = {
    runc: (name, error) => `exec ${name}: ${error.toLowerCase()}`,
    tini: (name, error) => `[FATAL tini (7)] exec ${name} failed: ${error}`,
    'dumb-init': (name, error) => `[dumb-init] ${name}: ${error}`,
    gosu: (_, error) => `error: exec failed: ${error.toLowerCase()}`,
    env: (name, error) => `env: ‘${name}’: ${error}`,
    sh: (name, error) => `sh: 1: ${name}: ${error === TEXTS.ENOENT ? 'not found' : error}`,
    dash: (name, error) => `dash: 1: ${name}: ${error === TEXTS.ENOENT ? 'not found' : error}`,
    bash: (name, error) => `bash: line 1: ${name}: ${bashError(name, error)}`,
};
function bashError(name, error) {
    if (error === TEXTS.ENOEXEC)
        return `cannot execute binary file: ${error}`;
    return error === TEXTS.ENOENT && !name.includes('/') ? 'command not found' : error;
}
/** Callers that ask exec.LookPath of Go before they execute, and what they say in front of its error. */
const LOOKERS = { runc: '', gosu: 'error: ' };
/** What people see when this step is refused so. */
function runtimeErrorOf(trace, step, refusal) {
    if ('error' in refusal)
        return refusal.error;
    if (systemOf(trace.platform) === 'windows')
        return windowsErrorOf(trace, refusal);
    const asked = askedFor(trace, step);
    const outcome = outcomeOf(refusal);
    if (outcome.kind === 'signal')
        return SIGNALS[outcome.signal];
    const caller = asked.caller ?? 'runc';
    const before = LOOKERS[caller];
    if (before !== undefined && asked === step) {
        const words = lookPathError(step, refusal, outcome.errno);
        if (words !== null)
            return `${before}exec: "${step.name}": ${words}`;
    }
    const complain = COMPLAINTS[caller] ?? ((name, error) => `${caller}: ${name}: ${error}`);
    return complain(asked.file?.path ?? asked.name, TEXTS[outcome.errno]);
}
/** hcsshim's words around those of CreateProcess. */
function windowsErrorOf({ argv: [name = ''] }, { kind }) {
    const isAbsent = kind === 'missing' || kind === 'not-in-path';
    const words = isAbsent
        ? 'The system cannot find the file specified. (0x2)'
        : kind === 'wrong-abi'
            ? "This version of %1 is not compatible with the version of Windows you're running. (0xd8)"
            : '%1 is not a valid Win32 application. (0xc1)';
    return `hcs::System::CreateProcess ${name}: failure in a Windows system call: ${words}`;
}
/** runc and gosu look before they leap: exec.LookPath of Go. */
function lookPathError(step, refusal, errno) {
    switch (refusal.kind) {
        case 'not-in-path':
            return 'executable file not found in $PATH';
        case 'in-relative-path':
            return 'cannot run executable found relative to current directory';
        case 'not-a-file':
            return refusal.type === 'directory' ? 'is a directory' : null;
        case 'missing':
        case 'not-a-directory':
        case 'symlink-loop':
        case 'name-too-long':
        case 'not-searchable':
            return `stat ${step.name}: ${TEXTS[errno].toLowerCase()}`;
        case 'no-execute-permission':
            return 'permission denied';
        default:
            return null;
    }
}
/** An interpreter's failure is told in the name of the script, a loader's in the name of the program. */
function askedFor(trace, step) {
    const asker = step.by === null ? undefined : trace.steps[step.by];
    const isPart = step.role === 'loader' || (step.role === 'interpreter' && step.via !== 'env');
    return isPart && asker !== undefined ? askedFor(trace, asker) : step;
}
function outcomeOf(refusal) {
    switch (refusal.kind) {
        case 'missing':
        case 'not-in-path':
        case 'in-relative-path':
        case 'crlf':
            return { kind: 'errno', errno: 'ENOENT' };
        case 'not-a-directory':
            return { kind: 'errno', errno: 'ENOTDIR' };
        case 'symlink-loop':
        case 'interpreter-loop':
            return { kind: 'errno', errno: 'ELOOP' };
        case 'name-too-long':
            return { kind: 'errno', errno: 'ENAMETOOLONG' };
        case 'not-searchable':
        case 'not-a-file':
        case 'no-execute-permission':
        case 'no-read-permission':
            return { kind: 'errno', errno: 'EACCES' };
        case 'capabilities-not-granted':
            return { kind: 'errno', errno: 'EPERM' };
        case 'malformed-elf':
            return refusal.fault.outcome;
        case 'loader-mismatch':
            return refusal.outcome;
        case 'loader-not-found':
            return outcomeOf(refusal.because);
        default:
            return { kind: 'errno', errno: 'ENOEXEC' };
    }
}

;// CONCATENATED MODULE: ./lib/rules/start-words.js
/** What the rules about the start chain have in common: which steps are refused, and how they are named. */


/** Nothing was found. */
const LOOKUPS = [
    'missing',
    'not-a-directory',
    'symlink-loop',
    'name-too-long',
    'not-in-path',
    'in-relative-path',
];
const PROGRAMS = ['program', 'child', 'interpreter'];
/** Refusals of these kinds in the container's own start: HEALTHCHECK has a rule of its own. */
function* refusedSteps(trace, kinds, roles = PROGRAMS) {
    for (const step of trace.steps) {
        if (step.chain !== 'start' || !roles.includes(step.role))
            continue;
        for (const refusal of step.refusals)
            if (isOneOf(refusal, kinds))
                yield { step, refusal };
    }
}
function isOneOf(refusal, kinds) {
    return kinds.includes(refusal.kind);
}
/** The fields of an observation about a step that are the same for every rule. */
function about(trace, { step, refusal }) {
    const layer = step.file?.located.layer ?? null;
    return {
        severity: severityOf(step, refusal),
        path: step.file?.located.path ?? step.name,
        ...(layer === null ? {} : { layer }),
        runtimeError: runtimeErrorOf(trace, step, refusal),
        evidence: evidenceOf(trace, step),
    };
}
function severityOf(step, refusal) {
    if ('effect' in refusal && refusal.effect === 'ignored')
        return 'note';
    return step.reach === 'certain' && isCertain(refusal) ? 'error' : 'warning';
}
/** Whether the start surely fails: on every host, and at once. */
function isCertain(refusal) {
    switch (refusal.kind) {
        case 'malformed-elf':
            return refusal.fault.certainty === 'certain';
        case 'wrong-abi':
            return refusal.abi.kind !== 'compat-32-bit' || refusal.abi.hosts === 'few';
        case 'crlf':
        case 'capabilities-not-granted':
            return refusal.certainty === 'certain';
        default:
            return !('hosts' in refusal) || refusal.hosts.on === 'all';
    }
}
/**
 * `path` and `layer` of the file at the path where the trace came by it. What is missing has no place: the file that
 * asks for it has.
 */
function placedAt({ steps }, path) {
    const located = steps.find(({ file }) => file?.path === path || file?.located.path === path)?.file?.located;
    const layer = located?.layer ?? null;
    return { path: located?.path ?? path, ...(layer === null ? {} : { layer }) };
}
/** The script whose `#!` line asks for the interpreter, itself or over `env`; null when the step is no interpreter. */
function scriptOf({ steps }, step) {
    if (step.role !== 'interpreter')
        return null;
    for (let at = step.by; at !== null; at = steps[at]?.by ?? null) {
        const file = steps[at]?.file ?? null;
        if (file?.located.entry.content?.kind !== 'elf')
            return file?.path ?? null;
    }
    return null;
}
/** How the step was come by. */
function evidenceOf(trace, step) {
    const asker = step.by === null ? null : trace.steps[step.by];
    return {
        role: step.role,
        via: step.via,
        asked: step.name,
        ...(asker == null ? {} : { by: asker.file?.path ?? asker.name }),
        ...(step.searched.length === 0 ? {} : { searched: [...step.searched] }),
        ...(step.file === null || step.file.hops.length === 0
            ? {}
            : { hops: step.file.hops.map(({ path, target }) => `${path} -> ${target}`) }),
    };
}
/** `/server`; `/bin/sh, the interpreter of /entrypoint.sh`; `node, which tini starts`. */
function nameOf({ steps }, step) {
    const name = step.file?.path ?? step.name;
    const asker = step.by === null ? undefined : steps[step.by];
    if (asker === undefined)
        return name;
    const who = asker.file?.path ?? asker.name;
    if (step.role === 'loader')
        return `${name}, the loader of ${who}`;
    return step.role === 'interpreter' ? `${name}, the interpreter of ${who}` : `${name}, which ${who} starts`;
}
/** Who asked for the step: the script of an interpreter. */
function askerOf({ steps }, step) {
    const asker = step.by === null ? undefined : steps[step.by];
    return asker?.file?.path ?? asker?.name ?? step.name;
}
/** What the step's file is: `ELF 32-bit little-endian i386, static`. */
function start_words_formatOf({ file }) {
    const content = file?.located.entry.content;
    return content?.kind === 'elf' ? describeElf(content) : null;
}

;// CONCATENATED MODULE: ./lib/rules/crlf-script.js


const crlfScript = startRule({
    id: 'crlf-script',
    title: 'A script that is started has Windows line ends',
    severity: 'error',
    what: 'A script that the container starts ends its lines with CR LF. For the kernel and for shells the CR is a part of the line, so the interpreter is called `/bin/sh\\r`, and the last word of every command has a CR at its end.',
    why: 'The file is there and looks right, and yet people see `exec /entrypoint.sh: no such file or directory`, or `env: ‘bash\\r’: No such file or directory`. It happens when Git checks files out on Windows with `core.autocrlf`, and the image is built from there.',
    fix: 'Put `*.sh text eol=lf` into `.gitattributes` and check the file out again, or run `sed -i "s/\\r$//"` on it in the Dockerfile.',
    *examine({ trace }) {
        const all = [...refusedSteps(trace, ['crlf'])];
        const isSure = all.some(({ refusal }) => refusal.certainty === 'certain');
        for (const found of all) {
            // One that stops the start says all that the doubtful ones would say.
            if (isSure && found.refusal.certainty === 'possible')
                continue;
            const script = found.step.file === null ? scriptOf(trace, found.step) : null;
            const { word, where } = found.refusal;
            yield {
                ...about(trace, found),
                ...(script === null ? {} : placedAt(trace, script)),
                title: `{platforms} cannot start: ${script ?? nameOf(trace, found.step)} has Windows line ends`,
                message: `In ${script ?? found.step.file?.located.path ?? found.step.name} the CR of a Windows line end is the last character of "${word}" (the ${WHERE[where]}).`,
            };
        }
    },
});
const WHERE = {
    interpreter: 'name of the interpreter',
    command: 'name of a command',
    lines: 'first line that has one',
};

;// CONCATENATED MODULE: ./lib/rules/duplicate-platform.js


const duplicatePlatform = indexRule({
    id: 'duplicate-platform',
    title: 'A platform is in the index more than once',
    severity: 'warning',
    what: 'Two entries of the index are for the same platform and hold different content. Two entries with the same file system in different compressions (gzip and zstd twins) are legal and not reported.',
    why: 'Which of the two a host starts is up to its runtime: most take the first, some the last. One of the two is never tested.',
    fix: 'Leave one entry per platform: give `docker buildx imagetools create` each platform once, or make a fresh index instead of appending to the old one.',
    *examine({ entries }) {
        for (const [position, entry] of entries.entries()) {
            const earlier = entries.slice(0, position).find((other) => isDuplicate(other, entry));
            if (earlier === undefined || entry.platform === null)
                continue;
            const digests = [earlier.descriptor.digest, entry.descriptor.digest];
            const same = earlier.descriptor.digest === entry.descriptor.digest;
            yield {
                platforms: [entry.platform],
                severity: same ? 'note' : 'warning',
                title: same
                    ? '{platforms} is listed twice'
                    : '{platforms} is in the index twice, with different content',
                message: same
                    ? `The index lists ${(0,oci_platform/* formatPlatform */.Bq)(entry.platform)} twice with the same digest ${digests[0]}.`
                    : `Runtimes choose differently between ${digests.join(' and ')}.`,
                evidence: { digests },
            };
        }
    },
});
function isDuplicate(one, other) {
    if (one.platform === null || other.platform === null || !(0,oci_platform/* samePlatform */.my)(one.platform, other.platform))
        return false;
    const [a, b] = [one.image?.config.diffIds, other.image?.config.diffIds];
    const twins = a !== undefined && b !== undefined && a.join() === b.join();
    return one.descriptor.digest === other.descriptor.digest || !twins;
}

;// CONCATENATED MODULE: ./lib/rules/foreign-words.js
/** `/usr/local/bin/kubectl`, or `12 files in /opt/tools`. */
function namedFiles({ path, count }) {
    return count === 1 ? path : `${count} files in ${path}`;
}
/** ` (for example /opt/tools/a and /opt/tools/b)`, or nothing for a single file. */
function examplesOf({ count, paths }) {
    const shown = paths.slice(0, 3);
    return count === 1 ? '' : ` (for example ${shown.join(', ')})`;
}
function placeOfGroup({ path, layer, count, paths, }) {
    return { path, ...(layer === null ? {} : { layer }), evidence: { count, paths } };
}

;// CONCATENATED MODULE: ./lib/rules/exec-stack.js


/** dlopen(3) makes no stack executable any more (glibc 2.41, NEWS). */
const REFUSING_GLIBC = 41;
const execStack = imageRule({
    id: 'exec-stack',
    title: 'A library wants an executable stack',
    severity: 'warning',
    what: 'A shared library asks for an executable stack (`PT_GNU_STACK` with the x flag). From glibc 2.41 on, dlopen(3) refuses such a library; with an older glibc it is a note.',
    why: 'Interpreters and plug-in hosts fail when they load it: `cannot enable executable stack as shared object requires: Invalid argument`. Hosts with SELinux refuse it with any libc: `Permission denied`. Mostly one assembly file without `.note.GNU-stack` marks the whole library.',
    fix: 'Update the package, link it with `-Wl,-z,noexecstack`, or clear the flag where the library does not need it: `patchelf --clear-execstack FILE`.',
    *examine({ survey }) {
        const minor = survey?.glibcMinor ?? null;
        const refuses = minor !== null && minor >= REFUSING_GLIBC;
        for (const group of survey?.executableStacks ?? []) {
            const { evidence, ...place } = placeOfGroup(group);
            const libc = minor === null ? 'the libc' : `glibc 2.${minor}`;
            yield {
                ...place,
                severity: refuses ? 'warning' : 'note',
                title: refuses
                    ? `{platforms} cannot load ${namedFiles(group)}: an executable stack is wanted`
                    : `{platforms} {has|have} code that wants an executable stack: ${namedFiles(group)}`,
                message: `${namedFiles(group)}${examplesOf(group)} ${group.count === 1 ? 'wants' : 'want'} an executable stack, which ${libc} of the image ${refuses ? 'refuses to dlopen' : 'still grants'}.`,
                runtimeError: `${group.paths[0] ?? group.path}: cannot enable executable stack as shared object requires: Invalid argument`,
                evidence: { ...evidence, glibcMinor: minor },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/foreign-add-on.js


const foreignAddOn = imageRule({
    id: 'foreign-add-on',
    title: 'An add-on for an interpreter is for another platform',
    severity: 'error',
    what: 'A compiled add-on (`.node`, an extension of Python, Ruby, Perl or PHP) is for another machine or system than the image; or a package has builds for other platforms (`prebuilds/`, `@scope/package-linux-x64`) and none for this one; or it was compiled against the other libc (glibc, musl). With `archives: true` jars, wheels and zips count as such packages too. It is an error where the interpreter loads the very file, and a warning where the package may do without.',
    why: 'The program starts and fails at `require` or `import`: `Error: …/addon.node: cannot open shared object file: No such file or directory`, `invalid ELF header`, `ImportError: …: cannot open shared object file`, `No native build was found for platform=linux arch=arm64`, `Cannot find module @rollup/rollup-linux-arm64-musl`. It happens when `node_modules` or a virtual environment is copied from the machine or stage that built it, where another architecture, system or libc was installed for.',
    fix: 'Install dependencies in a stage of the target platform (`RUN npm ci`, `pip install` after a plain `FROM`), and put `node_modules` and `.venv` into `.dockerignore`.',
    *examine({ survey }) {
        for (const group of survey?.foreign ?? []) {
            if (group.place === 'extension' || group.place === 'add-on')
                yield foreignFile(group);
        }
        for (const group of survey?.otherLibc ?? [])
            yield otherLibc(group);
        for (const archive of survey?.archives ?? [])
            yield foreignArchive(archive);
        for (const missing of survey?.missingBuilds ?? [])
            yield missingBuild(missing);
    },
});
function foreignFile(group) {
    const { evidence, ...place } = placeOfGroup(group);
    const because = /Mach-O|PE/.test(group.machine)
        ? 'invalid ELF header'
        : 'cannot open shared object file: No such file or directory';
    const what = group.count === 1 ? 'an add-on' : 'add-ons';
    return {
        ...place,
        severity: group.place === 'extension' || group.misnamed ? 'error' : 'warning',
        title: `{platforms} {has|have} ${what} for ${group.machine}: ${namedFiles(group)}`,
        message: `${namedFiles(group)}${examplesOf(group)} ${group.count === 1 ? 'is' : 'are'} for ${group.machine}${group.misnamed ? ', whatever the name says' : ''}.`,
        runtimeError: `${group.paths[0] ?? group.path}: ${because}`,
        evidence: { ...evidence, machine: group.machine },
    };
}
function otherLibc(group) {
    const { evidence, ...place } = placeOfGroup(group);
    const { libc, needed, count } = group;
    const own = libc === 'musl' ? 'glibc' : 'musl';
    return {
        ...place,
        severity: group.place === 'extension' ? 'error' : 'warning',
        title: `{platforms} {has|have} ${count === 1 ? 'an add-on' : 'add-ons'} for ${libc}: ${namedFiles(group)}`,
        message: `${namedFiles(group)}${examplesOf(group)} ${count === 1 ? 'needs' : 'need'} ${needed} of ${libc}, and the image has ${own} alone.`,
        runtimeError: own === 'musl'
            ? `Error loading shared library ${needed}: No such file or directory (needed by ${group.paths[0] ?? group.path})`
            : `${needed}: cannot open shared object file: No such file or directory`,
        evidence: { ...evidence, libc, needed },
    };
}
function missingBuild(missing) {
    const { evidence, ...place } = placeOfGroup(missing);
    const present = missing.present.join(', ');
    return {
        ...place,
        severity: 'warning',
        title: `{platforms} {has|have} ${shortName(missing.family)} only for ${present}`,
        message: `${missing.family} has builds for ${present}, and none for {platforms}.`,
        evidence: { ...evidence, family: missing.family, present: missing.present },
    };
}
function foreignArchive(archive) {
    const { evidence, ...place } = placeOfGroup(archive);
    const present = archive.present.map((architecture) => `linux/${architecture}`).join(', ');
    return {
        ...place,
        severity: 'warning',
        title: `{platforms} {has|have} ${namedFiles(archive)} with native code only for ${present}`,
        message: `${namedFiles(archive)} ${archive.count === 1 ? 'has' : 'have'} native code for ${present} (${archive.natives.slice(0, 3).join(', ')}), and none for {platforms}.`,
        runtimeError: `java.lang.UnsatisfiedLinkError: ${archive.natives[0] ?? ''}: cannot open shared object file`,
        evidence: { ...evidence, present: archive.present, natives: archive.natives },
    };
}
/** From the package's name on: `@esbuild/*`, `bufferutil/prebuilds/*`. */
function shortName(family) {
    const modules = family.lastIndexOf('/node_modules/');
    return modules < 0 ? family : family.slice(modules + '/node_modules/'.length);
}

;// CONCATENATED MODULE: ./lib/rules/foreign-binary.js


const foreignBinary = imageRule({
    id: 'foreign-binary',
    title: 'A program or library in the image is for another machine',
    severity: 'error',
    what: 'A program or library in the image is for another machine (or another system) than the platform of the image. It is an error where commands, libraries and services lie (`PATH`, `/lib`, `/usr/lib`, s6-overlay, buildpack layers, the `binaries` you named) and a warning elsewhere. Files with one cause are one finding: those of one layer, directory and machine.',
    why: 'The container may start and fail later, when a health probe, a helper or a plug-in is called: `exec format error`, `cannot execute binary file`; or a library is passed over in silence: `cannot open shared object file: No such file or directory`. Typical causes are a download URL with a fixed architecture (`…-linux-amd64`), `COPY --from` of an image or stage of another platform, and a cache shared by several platforms.',
    fix: 'Use `TARGETARCH` in the URL, or copy from a stage of the same platform (`FROM image` without `--platform=$BUILDPLATFORM`). If the files are there on purpose, ignore the finding by its path: `foreign-binary:/path/**`.',
    *examine({ survey }) {
        for (const group of survey?.foreign ?? []) {
            if (group.place === 'extension' || group.place === 'add-on')
                continue;
            const { evidence, ...place } = placeOfGroup(group);
            yield {
                ...place,
                severity: severityAt(group),
                title: `{platforms} {has|have} ${group.machine} code: ${namedFiles(group)}`,
                message: `${namedFiles(group)}${examplesOf(group)} ${group.count === 1 ? 'is' : 'are'} for ${group.machine}, which no kernel of {platforms} runs${misnamed(group)}.`,
                runtimeError: foreign_binary_runtimeErrorOf(group),
                evidence: { ...evidence, machine: group.machine, place: group.place },
            };
        }
    },
});
function severityAt({ place }) {
    return place === 'elsewhere' ? 'warning' : 'error';
}
function misnamed(group) {
    return group.misnamed ? ', whatever the name says' : '';
}
function foreign_binary_runtimeErrorOf({ place, paths: [first = ''], machine }) {
    if (place !== 'library')
        return `${first}: cannot execute binary file: Exec format error`;
    const because = /Mach-O|PE/.test(machine)
        ? 'invalid ELF header'
        : 'cannot open shared object file: No such file or directory';
    return `${first.slice(first.lastIndexOf('/') + 1)}: ${because}`;
}

;// CONCATENATED MODULE: ./lib/rules/foreign-userland.js

const foreignUserland = imageRule({
    id: 'foreign-userland',
    title: 'The root file system is that of another platform',
    severity: 'error',
    what: 'Most of the system’s own programs and libraries (`/bin`, `/lib`, `/usr`) are for another machine than the platform of the image, its shell or libc among them: the base image is that of another platform. It is one finding, whatever the number of files; `foreign-binary` reports what is left.',
    why: 'Nothing that comes from the base runs: `exec /bin/sh: exec format error`, `exec /docker-entrypoint.sh: exec format error`; also a right program does not start when its loader and libraries are the wrong ones: `no such file or directory`. It happens when `FROM` names the digest of one platform’s image (as pinning tools and bots write it), when the base exists for one platform only, or when the final stage has `--platform=$BUILDPLATFORM`.',
    fix: 'Pin the base by the digest of its index, not of one platform’s manifest (`docker buildx imagetools inspect IMAGE` prints it first), and take `--platform` off the `FROM` of the final stage.',
    *examine({ image, survey }) {
        const userland = survey?.userland ?? null;
        if (userland === null)
            return;
        const { count, nativeCount, total, machine, architecture, layer, paths } = userland;
        const others = total > count ? `, and ${total - count} more elsewhere` : '';
        yield {
            title: `{platforms} {has|have} the root file system of ${image.platform.os}/${architecture}`,
            message: `${count} of ${count + nativeCount} programs and libraries of the system are for ${machine} (${paths.slice(0, 3).join(', ')})${others}.`,
            runtimeError: 'exec /bin/sh: exec format error',
            ...(paths[0] === undefined ? {} : { path: paths[0] }),
            ...(layer === null ? {} : { layer }),
            evidence: { machine, architecture, count, native: nativeCount, total, paths },
        };
    },
});

;// CONCATENATED MODULE: ./lib/rules/healthcheck-broken.js


const healthcheckBroken = startRule({
    id: 'healthcheck-broken',
    title: 'The program of HEALTHCHECK cannot run',
    severity: 'warning',
    what: 'The container itself starts, but the program of its `HEALTHCHECK` is not in the image, may not be executed, or is for another architecture.',
    why: 'Docker marks the container as `unhealthy` although it works; Swarm and Compose then restart it, or never start what depends on it. `curl` and `wget` are missing from many slim images, and probe helpers are often downloaded for one architecture only.',
    fix: 'Install the tool in the final stage, use one that the image has, or remove the HEALTHCHECK.',
    *examine({ trace }) {
        for (const step of trace.steps) {
            const refusal = step.refusals.find(breaks);
            if (step.chain !== 'healthcheck' || refusal === undefined || step.reach === 'possible')
                continue;
            const name = nameOf(trace, step);
            yield {
                ...about(trace, { step, refusal }),
                severity: 'warning',
                title: `{platforms} will be unhealthy: HEALTHCHECK cannot run ${name}`,
                message: `HEALTHCHECK runs ${step.name}, which fails on every start (${refusal.kind.replaceAll('-', ' ')}).`,
            };
        }
    },
});
function breaks(refusal) {
    return isCertain(refusal) && !('effect' in refusal && refusal.effect === 'ignored');
}

;// CONCATENATED MODULE: ./lib/rules/interpreter-loop.js


const interpreterLoop = startRule({
    id: 'interpreter-loop',
    title: 'A script is its own interpreter, or too many follow each other',
    severity: 'error',
    what: 'The `#!` line of a script names another script, whose `#!` line names another one, and so on: the kernel follows at most five of them.',
    why: 'People see `exec /entrypoint.sh: too many levels of symbolic links`. Most often a script names itself, because an interpreter was replaced by a wrapper script under its own name.',
    fix: 'Let the wrapper name the real interpreter in its `#!` line, for example `#!/usr/bin/python3.real`.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['interpreter-loop'])) {
            const [first = ''] = found.refusal.chain;
            yield {
                ...about(trace, found),
                title: `{platforms} cannot start ${first}: its interpreters go in a circle`,
                message: `The kernel gives up behind five interpreters: ${found.refusal.chain.join(' -> ')}.`,
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/program-not-found.js


const programNotFound = startRule({
    id: 'program-not-found',
    title: 'The program to start is not in the image',
    severity: 'error',
    what: 'The first word of `ENTRYPOINT` and `CMD` (or the program that a wrapper such as `tini` is told to start) leads to no file: a path where nothing is, a name that no directory of `PATH` has, a symlink that leads nowhere or in a circle, or a whole command line in one string. A `WORKDIR` that cannot be entered counts too, because the program is then not even looked for.',
    why: 'The container ends before it begins: `exec: "/server": stat /server: no such file or directory`, or `executable file not found in $PATH`. The build does not notice, because nothing in it runs the program from where the container will look for it.',
    fix: 'Compare the path with the one that the Dockerfile copies the program to. Write the command as a list of words (`ENTRYPOINT ["/usr/bin/app", "--flag"]`), use absolute paths, and remember that a relative path starts from `WORKDIR`.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, LOOKUPS, ['program', 'child'])) {
            const name = nameOf(trace, found.step);
            yield {
                ...about(trace, found),
                title: `{platforms} cannot start: ${name} is not in the image`,
                message: `${found.step.via} ${found.step.via.startsWith('the setting') ? 'names' : 'starts'} ${found.step.name}, but ${reasonOf(found.refusal)}.${hintOf(found.step.name)}`,
            };
        }
        for (const refusal of trace.refusals) {
            if (refusal.kind !== 'unusable-working-dir')
                continue;
            const error = `chdir to cwd ("${trace.workingDir}") set in config.json failed: not a directory`;
            yield {
                title: `{platforms} cannot start: its working directory ${trace.workingDir} cannot be entered`,
                message: `WORKDIR is ${trace.workingDir}, but ${refusal.why}.`,
                runtimeError: trace.workingDir.startsWith('/') ? error : 'Cwd must be an absolute path',
                path: refusal.at,
                evidence: { workingDir: trace.workingDir },
            };
        }
    },
});
/** Why nothing was found, to go on after "but". */
function reasonOf(refusal) {
    switch (refusal.kind) {
        case 'missing':
            return refusal.link === null
                ? `there is nothing at ${refusal.at}`
                : `the symlink ${refusal.link.path} leads to ${refusal.link.target}, and there is nothing at ${refusal.at}`;
        case 'not-a-directory':
            return `${refusal.at} is not a directory`;
        case 'symlink-loop':
            return `more than 40 symlinks follow each other at ${refusal.at}`;
        case 'name-too-long':
            return `the path is longer than a path may be`;
        case 'in-relative-path':
            return `it is found only through the relative entry "${refusal.directory}" of PATH, which runtimes do not use`;
        case 'not-in-path':
            return refusal.path === null || refusal.path === ''
                ? 'PATH is empty'
                : `no directory of PATH (${refusal.path}) has an executable file of that name${passedOver(refusal)}`;
    }
}
function passedOver({ passedOver }) {
    const [first] = passedOver;
    if (first === undefined)
        return '';
    const isDirectory = first.refusal.kind === 'not-a-file' && first.refusal.type === 'directory';
    return `; ${first.path} is there, but ${isDirectory ? 'it is a directory' : 'this user may not execute it'}`;
}
function hintOf(name) {
    return /\s/.test(name.trim())
        ? ' The name has blanks in it: a command line in one string is taken for the name of one file.'
        : '';
}

;// CONCATENATED MODULE: ./lib/rules/interpreter-not-found.js



const interpreterNotFound = startRule({
    id: 'interpreter-not-found',
    title: 'The interpreter of a script is not in the image',
    severity: 'error',
    what: 'The `#!` line of a script that the container starts names a program that is not there, or `#!/usr/bin/env NAME` names one that no directory of `PATH` has.',
    why: 'The kernel reports the missing interpreter as if the script were missing: `exec /entrypoint.sh: no such file or directory`, although the file is there. Common causes are `#!/bin/bash` on Alpine (which has only `/bin/sh`), a virtual environment copied without the Python it points to, and a shebang with a path of the build machine.',
    fix: 'Install the interpreter in the final stage, or name one that the image has (`#!/bin/sh`).',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, LOOKUPS, ['interpreter'])) {
            const { path: _, layer: __, ...base } = about(trace, found);
            const asker = askerOf(trace, found.step);
            const script = scriptOf(trace, found.step) ?? asker;
            yield {
                ...base,
                ...placedAt(trace, script),
                title: `{platforms} cannot start ${script}: its interpreter ${found.step.name} is not in the image`,
                message: `${script} wants to be run by ${found.step.name}, but ${reasonOf(found.refusal)}.`,
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/layer-media-type.js

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const layerMediaType = indexRule({
    id: 'layer-media-type',
    title: 'A layer has a media type that its manifest format does not have',
    severity: 'error',
    what: 'A zstd layer stands in a Docker schema 2 manifest. Docker never defined zstd for its own media types; only OCI manifests have it.',
    why: 'Runtimes answer `unsupported media type application/vnd.docker.image.rootfs.diff.tar.zstd` or `invalid tar header` when they pull the image.',
    fix: 'Build with `oci-mediatypes=true` (`--output type=image,oci-mediatypes=true,compression=zstd`), or leave the compression at gzip.',
    *examine({ entries }) {
        for (const { image, platform } of entries) {
            if (image === null || image.manifest.mediaType !== DOCKER_MANIFEST)
                continue;
            const wrong = image.manifest.layers.filter(({ mediaType }) => mediaType.endsWith('zstd'));
            const [first] = wrong;
            if (first === undefined)
                continue;
            yield {
                ...(platform === null ? {} : { platforms: [platform] }),
                title: '{platforms} {has|have} zstd layers under a Docker manifest',
                message: `${wrong.length} of ${image.manifest.layers.length} layers have the media type ${first.mediaType} in a manifest of type ${DOCKER_MANIFEST}.`,
                runtimeError: `unsupported media type ${first.mediaType}`,
                evidence: { manifest: DOCKER_MANIFEST, layers: wrong.map(({ digest }) => digest) },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/loading-words.js

const LOADERS = ['loader'];
const LIBRARIES = ['library', 'preload', 'loader'];
function loadingOf(trace, found) {
    const program = programOf(trace, found.step);
    const asker = askerOf(trace, found.step);
    const { path, layer, ...rest } = about(trace, found);
    const placeless = { ...rest, evidence: { ...rest.evidence, program } };
    const place = { ...(path === undefined ? {} : { path }), ...(layer === undefined ? {} : { layer }) };
    return { program, asker, base: { ...placeless, ...place }, placeless };
}
/** Up from libraries and loaders to the program that they are for. */
function programOf(trace, step) {
    const asker = step.by === null ? undefined : trace.steps[step.by];
    return LIBRARIES.includes(step.role) && asker !== undefined
        ? programOf(trace, asker)
        : (step.file?.path ?? step.name);
}
/** `cannot start /app on x86-64-v3 processors`, or that it starts without what was to be preloaded. */
function effectOn(program, hosts, effect = 'stops') {
    const fails = effect === 'stops' ? 'cannot start' : '{starts|start} without a preload:';
    return `{platforms} ${fails} ${program}${hosts.on === 'all' ? '' : ` on ${hosts.processors}`}`;
}

;// CONCATENATED MODULE: ./lib/rules/malformed-elf.js



const malformedElf = startRule({
    id: 'malformed-elf',
    title: 'The program to start is damaged',
    severity: 'error',
    what: 'A program that the container starts, its loader or one of its libraries begins like an ELF file for the right machine, but the kernel cannot load it: it is cut off, its program headers or its `PT_INTERP` are broken, its segments cannot be mapped, or it is an object file that was never linked.',
    why: 'Depending on what is broken the kernel answers `exec format error`, or it kills the process before its first instruction, so that the container ends with status 139 (segmentation fault) or 135 (bus error) and an empty log. Interrupted downloads, full disks and broken post-processing (`strip`, `upx`, `patchelf`) leave such files.',
    fix: 'Build or download the file again, and compare its checksum. Warnings are about files that some hosts start, or that are cut off where the program may never look.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['malformed-elf'], [...PROGRAMS, 'loader'])) {
            const name = nameOf(trace, found.step);
            yield {
                ...about(trace, found),
                title: `{platforms} cannot start: the program ${name} is damaged`,
                message: `${found.step.file?.located.path ?? found.step.name}: ${found.refusal.fault.text}.`,
            };
        }
        for (const found of refusedSteps(trace, ['library-broken'], LIBRARIES)) {
            const { program, asker, base } = loadingOf(trace, found);
            const path = found.step.file?.located.path ?? found.step.name;
            yield {
                ...base,
                title: `${effectOn(program, found.refusal.hosts, found.refusal.effect)}: its library ${path} is damaged`,
                message: `${asker} needs ${found.step.name}; ${path} is cut off, or its headers are broken.`,
            };
        }
        for (const found of refusedSteps(trace, ['packed-relocations'], LIBRARIES)) {
            const { program, base } = loadingOf(trace, found);
            const { path, hosts } = found.refusal;
            yield {
                ...base,
                title: `${effectOn(program, hosts)}: ${path} was linked for another loader`,
                message: `${path} has packed relocations (DT_RELR), but does not say that it needs GLIBC_ABI_DT_RELR, and glibc's loader refuses it. Link it with binutils 2.38 or lld 15 or later, or without \`-z pack-relative-relocs\`.`,
                path,
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/compat-32-bit.js


const compat32Bit = startRule({
    id: 'compat-32-bit',
    title: 'A 32-bit program under a 64-bit platform',
    severity: 'warning',
    what: 'The program is for the 32-bit mode of the platform’s processors: i386 on amd64, ARM on arm64, 31-bit on s390x, 32-bit PowerPC or MIPS on their 64-bit kind.',
    why: 'Whether it runs is decided by the host. Kernels for amd64 mostly still run i386 programs, but it can be switched off (`ia32_emulation=0`), and managed and minimal kernels do so. Many arm64 processors have no 32-bit mode at all (Apple, Neoverse V and N2 of the cloud providers): `exec /app: exec format error`. Emulators and some build hosts hide it.',
    fix: 'Build the program for the 64-bit platform, or publish the image as `linux/386` or `linux/arm/v7`.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['wrong-abi'])) {
            const { abi } = found.refusal;
            if (abi.kind !== 'compat-32-bit')
                continue;
            const name = nameOf(trace, found.step);
            const hosts = abi.hosts === 'few' ? 'few hosts run' : 'some hosts do not run';
            const base = about(trace, found);
            yield {
                ...base,
                title: `{platforms} {starts|start} a 32-bit program, ${name}, which ${hosts}`,
                message: `${found.step.file?.located.path ?? name} is ${start_words_formatOf(found.step) ?? 'a 32-bit program'}.`,
                evidence: { ...base.evidence, format: start_words_formatOf(found.step) },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/start/isa-level.js


/** Bits of GNU_PROPERTY_X86_ISA_1_NEEDED beyond the baseline, best first; what no level has yet is above all. */
const X86_BITS = [
    { bit: ~15, level: 5 },
    { bit: 8, level: 4 },
    { bit: 4, level: 3 },
    { bit: 2, level: 2 },
];
/** Tag_CPU_arch of profile A and of before the profiles: the version of the architecture. */
const ARM_VERSIONS = new Map([
    ...[0, 1, 2].map((tag) => [tag, 4]),
    ...[3, 4, 5].map((tag) => [tag, 5]),
    ...[6, 7, 8, 9].map((tag) => [tag, 6]),
    [10, 7],
    [14, 8],
    [22, 9],
]);
/** Null when the platform's oldest processor has all that the file asks for. */
function isaShortfall(elf, platform) {
    const { architecture, variant } = (0,oci_platform/* normalizePlatform */.FL)(platform);
    if (architecture === 'amd64')
        return x86Shortfall(elf, Number(/^v(\d)$/.exec(variant ?? 'v1')?.[1] ?? 1));
    return architecture === 'arm' ? armShortfall(elf, Number(/^v(\d)$/.exec(variant ?? 'v7')?.[1] ?? 7)) : null;
}
/** Of everything that surely starts, the program first; those that surely end on old processors before others. */
function isaShortfallsOf({ steps, platform }) {
    const files = new Map();
    for (const { chain, reach, role, file, refusals, name } of steps) {
        const content = file?.located.entry.content;
        if (file === null || content?.kind !== 'elf' || chain !== 'start' || refusals.length > 0)
            continue;
        const shortfall = isaShortfall(content, platform);
        if (shortfall === null)
            continue;
        const isCore = (role !== 'library' && role !== 'preload') || name.startsWith('libc.');
        const surely = content.machine === machines/* EM_ARM */.iD && isCore && reach === 'certain';
        const { path, layer } = file.located;
        files.set(path, { ...shortfall, path, layer, certainty: surely ? 'surely' : 'perhaps' });
    }
    const found = [...files.values()];
    return [
        ...found.filter(({ certainty }) => certainty === 'surely'),
        ...found.filter(({ certainty }) => certainty !== 'surely'),
    ];
}
function x86Shortfall({ notes, go }, promised) {
    const bits = notes.x86IsaNeeded ?? 0;
    const noted = X86_BITS.find(({ bit }) => (bits & bit) !== 0)?.level ?? 1;
    const built = Number(/^v([1-4])$/.exec(go?.settings['GOAMD64'] ?? '')?.[1] ?? 1);
    const proof = noted >= built ? 'GNU_PROPERTY_X86_ISA_1_NEEDED' : `GOAMD64=v${built}`;
    const needs = Math.max(noted, built);
    return needs > promised ? { needs: `x86-64-v${needs}`, promised: `x86-64-v${promised}`, proof } : null;
}
function armShortfall({ arm, go }, promised) {
    const isApplication = arm?.cpuProfile === null || arm?.cpuProfile === 'A';
    const attribute = isApplication ? (ARM_VERSIONS.get(arm.cpuArch ?? -1) ?? 0) : 0;
    const built = Number(/^([5-7])/.exec(go?.settings['GOARM'] ?? '')?.[1] ?? 0);
    const needs = Math.max(attribute, built);
    const proof = attribute >= built ? `Tag_CPU_arch ${arm?.cpuArch ?? ''}` : `GOARM=${built}`;
    if (needs > promised)
        return { needs: `ARMv${needs}`, promised: `ARMv${promised}`, proof };
    // Version 5 has no floating-point registers to pass arguments in.
    return promised < 6 && arm?.vfpArgs === 1
        ? { needs: 'ARMv6 with VFP', promised: `ARMv${promised}`, proof: 'Tag_ABI_VFP_args' }
        : null;
}

;// CONCATENATED MODULE: ./lib/rules/isa-level.js


const isaLevel = startRule({
    id: 'isa-level',
    title: 'A program needs a newer processor than the platform promises',
    severity: 'warning',
    what: 'The platform promises a level of processors: `linux/amd64` any x86-64, `linux/amd64/v3` those with AVX2, `linux/arm/v6` a first Raspberry Pi. What starts was built for a higher one: it says so in `GNU_PROPERTY_X86_ISA_1_NEEDED`, in `.ARM.attributes`, or in Go’s build information (`GOAMD64`, `GOARM`).',
    why: 'It runs on the machine that built it and not on older ones: `CPU ISA level is lower than required` (glibc’s loader), `This program can only be run on AMD64 processors with v3 microarchitecture support` (Go), `Fatal glibc error: CPU does not support x86-64-v2`, or `Illegal instruction` and exit status 132. Debian’s armhf is ARMv7, so an image for `linux/arm/v6` made from it stops on a Raspberry Pi Zero.',
    fix: 'Lower `-march`, `GOAMD64` or `GOARM` to what the platform promises, take a base image that is built for it, or publish the image under the variant that it needs, such as `linux/amd64/v3` or `linux/arm/v7`.',
    *examine({ trace }) {
        const [first, ...others] = isaShortfallsOf(trace);
        if (first === undefined)
            return;
        const { path, layer, needs, promised, proof, certainty } = first;
        const more = others.length === 0 ? '' : `, and so do ${others.length} other files that start with it`;
        yield {
            severity: certainty === 'surely' ? 'error' : [first, ...others].every(mayChoose) ? 'note' : 'warning',
            title: `{platforms} {starts|start} ${path}, which needs ${needs}`,
            message: `${path} needs ${needs} (${proof})${more}; {platforms} promises ${promised}.`,
            path,
            ...(layer === null ? {} : { layer }),
            evidence: { needs, promised, proof, files: [first, ...others].map((file) => file.path).slice(0, 50) },
        };
    },
});
/**
 * A library's Tag_CPU_arch is the highest of all its parts, also of those that it calls only where the processor has
 * them: Debian's libatomic and libgcrypt for ARM are like that. A libc or loader is taken at its word.
 */
function mayChoose({ path, proof }) {
    return proof.startsWith('Tag_CPU_arch') && /\/lib(?!c\.so|c-2)[^/]*\.so[.0-9]*$/.test(path);
}

;// CONCATENATED MODULE: ./lib/rules/library-mismatch.js



const libraryMismatch = startRule({
    id: 'library-mismatch',
    title: 'A shared library does not fit the loader',
    severity: 'error',
    what: 'A file of the library’s name was found, but the loader cannot use it: it is for another machine, another word size or another ABI, or it is no shared library at all (a text, a linker script, a directory, an empty file).',
    why: 'glibc’s loader passes over libraries of another machine in silence and then says that there is none: `cannot open shared object file: No such file or directory`, or `wrong ELF class: ELFCLASS32`; of other files it says `invalid ELF header` or `file too short`. musl’s loader takes the first file of that name, whatever it is: `Exec format error`, `unsupported relocation type`.',
    fix: 'Replace the file with the library of the image’s own platform. It often came with `COPY --from` of a stage of another platform, with a download whose URL names an architecture, or as a Git LFS pointer or symlink that a checkout on another system turned into text.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['library-mismatch'], LIBRARIES)) {
            const { program, asker, base } = loadingOf(trace, found);
            const { step, refusal } = found;
            const path = step.file?.located.path ?? refusal.passedOver[0]?.path ?? step.name;
            const passedOver = refusal.passedOver.map((other) => `${other.path}: ${other.why}`).join('; ');
            const why = step.file === null ? passedOver : `the loader finds ${path} and cannot use it`;
            yield {
                ...base,
                title: `${effectOn(program, refusal.hosts, refusal.effect)}: ${path} is not a library for its loader`,
                message: `${asker} needs ${step.name}; ${why}.`,
                path,
                evidence: { ...base.evidence, library: step.name, neededBy: asker, passedOver },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/library-not-found.js



const libraryNotFound = startRule({
    id: 'library-not-found',
    title: 'A shared library is not in the image',
    severity: 'error',
    what: 'The program, or a library that it needs, names a shared library (`DT_NEEDED`) that its loader finds nowhere: not in `RPATH` or `RUNPATH`, not in `LD_LIBRARY_PATH`, not in `/etc/ld.so.cache`, not in the directories that the loader was built with. Only what the loader maps before the program runs counts; what a program loads itself later (`dlopen`) cannot be known.',
    why: 'The loader ends the process before the program’s first line: `error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file or directory` (glibc), `Error loading shared library libssl.so.3: No such file or directory (needed by /app)` (musl). Often the library was in the build stage only, its package was not installed in the final stage, or it lies in a directory that is in no cache because `ldconfig` was not run.',
    fix: 'Install the package that has the library in the final stage, or copy the library to a directory that the loader searches. For glibc, run `ldconfig` in the image after you add one. `ldd FILE` in the finished image shows what is missing.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['library-not-found'], LIBRARIES)) {
            const { program, asker, placeless } = loadingOf(trace, found);
            const { step, refusal } = found;
            const closed = refusal.passedOver.map(({ path, why }) => `${path}: ${why}`).join('; ');
            yield {
                ...placeless,
                ...placedAt(trace, asker),
                title: `${effectOn(program, refusal.hosts, refusal.effect)}: the library ${step.name} is not in the image`,
                message: `${asker} needs ${step.name} (${step.via}); ${closed === '' ? lookedIn(step.searched) : closed}.`,
                evidence: { ...placeless.evidence, library: step.name, neededBy: asker },
            };
        }
    },
});
function lookedIn(directories) {
    if (directories.length === 0)
        return 'there is nothing at that path';
    const shown = directories.slice(0, 8).join(', ');
    return `the loader looked in ${shown}${directories.length > 8 ? ` and ${directories.length - 8} more` : ''}`;
}

;// CONCATENATED MODULE: ./lib/rules/loader-mismatch.js



const loaderMismatch = startRule({
    id: 'loader-mismatch',
    title: 'The dynamic loader does not fit the program',
    severity: 'error',
    what: 'The file at the path in `PT_INTERP` is there, but it is no loader that the kernel would start for this program: it is for another machine, it is a script, a text or empty, it is damaged, or it is a musl too old for the program’s packed relocations.',
    why: 'The kernel maps program and loader into one process, so they must be of one kind. People see `exec /app: accessing a corrupted shared library` (ELIBBAD), or a process that is killed before its first instruction. It happens when a userland of another architecture was copied into the image, or when a file was made up to look like the loader.',
    fix: 'Take the loader from the libc package of the image’s own platform, and do not copy `/lib` or `/lib64` from a stage of another platform.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['loader-mismatch'], LOADERS)) {
            const { program, base } = loadingOf(trace, found);
            const { name, file } = found.step;
            yield {
                ...base,
                title: `{platforms} cannot start ${program}: its loader ${name} does not fit`,
                message: `${program} wants the loader ${name}; ${file?.located.path ?? name} ${found.refusal.text}.`,
                evidence: { ...base.evidence, found: found.refusal.text },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/loader-not-found.js



const loaderNotFound = startRule({
    id: 'loader-not-found',
    title: 'The dynamic loader is not in the image',
    severity: 'error',
    what: 'A dynamically linked program names its loader by an absolute path in its header (`PT_INTERP`, for example `/lib64/ld-linux-x86-64.so.2` or `/lib/ld-musl-x86_64.so.1`). The image has no file there.',
    why: 'The kernel starts the loader, and the loader starts the program. Without it execve(2) answers ENOENT about the *loader*, and everybody reads it as being about the program: `exec /app: no such file or directory`, although the file is there. The usual causes: a program that was built on Debian or Ubuntu (glibc) in an Alpine image (musl) or the other way round, a dynamic program in `scratch` or a static distroless image, a loader of another architecture, or a symlink to the loader that leads nowhere.',
    fix: 'Use a base image with the libc that the program was built for, or build it static: `CGO_ENABLED=0` for Go, a `*-linux-musl` target for Rust, `-static` for C. `readelf -l FILE | grep interpreter` shows what a program asks for.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['loader-not-found'], LOADERS)) {
            const { program, placeless } = loadingOf(trace, found);
            const { name } = found.step;
            const { at, because, link } = missingAt(found.refusal.because);
            const dangling = link === null ? '' : ` (${link.path} is a symlink to ${link.target})`;
            yield {
                ...placeless,
                ...placedAt(trace, program),
                title: `{platforms} cannot start ${program}: its loader ${name} is not in the image`,
                message: `${program} wants the loader ${name}; ${because} ${at}${dangling}.`,
                evidence: { ...placeless.evidence, loader: name, at, link: link?.path ?? null },
            };
        }
    },
});
function missingAt(refusal) {
    switch (refusal.kind) {
        case 'missing':
            return { at: refusal.at, because: 'there is nothing at', link: refusal.link };
        case 'not-a-directory':
            return { at: refusal.at, because: 'no directory is', link: null };
        case 'symlink-loop':
            return { at: refusal.at, because: 'symlinks go round in circles at', link: null };
        case 'name-too-long':
            return { at: refusal.at, because: 'too long a path is', link: null };
        default:
            return { at: refusal.path ?? '', because: 'there is nothing in', link: null };
    }
}

;// CONCATENATED MODULE: ./lib/rules/malformed-platform.js

/** GOOS/GOARCH pairs are what image-spec allows; the variants are those that containerd's platforms package knows. */
const VARIANTS = {
    '386': /^(sse2|softfloat)$/,
    amd64: /^v[1-4]$/,
    arm: /^v[5-7]$/,
    arm64: /^v[89](\.\d)?$/,
    loong64: /^$/,
    mips: /^(hardfloat|softfloat)$/,
    mipsle: /^(hardfloat|softfloat)$/,
    mips64: /^(hardfloat|softfloat)$/,
    mips64le: /^(hardfloat|softfloat)$/,
    ppc64: /^power(8|9|10)$/,
    ppc64le: /^power(8|9|10)$/,
    riscv64: /^rva\d\du64$/,
    s390x: /^$/,
    wasm: /^$/,
};
/** Names of processors that look right to people and match no host. */
const LOOKALIKE = /^(arm|aarch|x86|x64|amd|i\d86|ppc|power|mips|riscv|s390|loong)/i;
const OPERATING_SYSTEMS = new Set('linux windows darwin freebsd netbsd openbsd dragonfly solaris illumos aix android ios plan9 js wasi wasip1 wasip2'.split(' '));
const malformedPlatform = indexRule({
    id: 'malformed-platform',
    title: 'A platform in the index is spelled so that no host matches it',
    severity: 'error',
    what: 'An entry of the index has an empty or impossible platform: no architecture, an architecture that does not exist (`armv8`), or a variant of another architecture (`linux/arm/v8`).',
    why: 'Runtimes compare these words with their own. Nothing matches a misspelled platform: `no matching manifest for linux/arm64`, although an image for it seems to be there.',
    fix: 'Use the names of Go: `linux/amd64`, `linux/arm64`, `linux/arm/v7`, `linux/arm/v6`, `linux/386`, `linux/ppc64le`, `linux/s390x`, `linux/riscv64`. In `docker manifest annotate`, `--arch arm64` needs no `--variant`.',
    *examine({ entries }) {
        for (const { descriptor, image } of entries) {
            const platform = descriptor.platform ?? image?.config.platform;
            if (platform === undefined)
                continue;
            const fault = faultOf(platform);
            if (fault === null)
                continue;
            const spelled = [platform.os, platform.architecture, platform.variant]
                .filter((part) => part !== undefined)
                .join('/');
            yield {
                platforms: [platform],
                severity: fault.severity,
                title: `no host matches the platform "${spelled}"`,
                message: `${descriptor.platform === undefined ? 'The config' : 'The index'} says "${spelled}": ${fault.text}.`,
                evidence: { os: platform.os, architecture: platform.architecture, variant: platform.variant ?? null },
            };
        }
    },
});
function faultOf({ os, architecture, variant, }) {
    if (os === 'unknown' && architecture === 'unknown')
        return null;
    if (os === '')
        return { severity: 'error', text: 'the operating system is empty' };
    if (architecture === '')
        return { severity: 'error', text: 'the architecture is empty' };
    const known = VARIANTS[architecture];
    if (known === undefined) {
        return LOOKALIKE.test(architecture)
            ? { severity: 'error', text: `"${architecture}" is not an architecture name that runtimes use` }
            : { severity: 'warning', text: `"${architecture}" is not an architecture that we know` };
    }
    if (!OPERATING_SYSTEMS.has(os))
        return { severity: 'warning', text: `"${os}" is not an operating system that we know` };
    if (variant === undefined || known.test(variant))
        return null;
    return { severity: 'error', text: `"${variant}" is not a variant of ${architecture}` };
}

;// CONCATENATED MODULE: ./lib/rules/malformed-shebang.js


const malformedShebang = startRule({
    id: 'malformed-shebang',
    title: 'The #! line of a script cannot be read',
    severity: 'error',
    what: 'A script that the container starts has a `#!`, but not one that the kernel can use: something stands before it (a byte order mark, a blank line, spaces), nothing stands behind it, or the name of the interpreter does not end within the first 256 bytes.',
    why: 'The kernel looks at the first two bytes and at one window of 256 bytes, nothing else, and answers `exec /entrypoint.sh: exec format error`. Editors on Windows write byte order marks that no editor shows.',
    fix: 'Save the script as UTF-8 without a byte order mark, with `#!` as its first two bytes and a short path behind it.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['malformed-shebang'])) {
            const name = nameOf(trace, found.step);
            yield {
                ...about(trace, found),
                title: `{platforms} cannot start: the #! line of ${name} cannot be read`,
                message: `In ${found.step.file?.located.path ?? found.step.name} ${FAULTS[found.refusal.fault]}.`,
            };
        }
    },
});
const FAULTS = {
    empty: 'nothing stands behind #!',
    'too-long': 'the name of the interpreter does not end within the first 256 bytes, which is all that the kernel reads',
    'byte-order-mark': 'a byte order mark stands before #!',
    'blank-before': 'blank lines or spaces stand before #!',
    'env-without-split': 'the #! line uses env -S, which the env of busybox does not have',
    'options-in-one-word': 'options and words stand behind env, which gets all of them as one word without -S',
};

;// CONCATENATED MODULE: ./lib/rules/missing-platform.js


const missingPlatform = indexRule({
    id: 'missing-platform',
    title: 'A required platform is not in the image',
    severity: 'error',
    what: 'A platform that you require has no image under this tag or digest.',
    why: 'Hosts of that platform cannot pull the image: `no matching manifest for linux/arm64 in the manifest list entries`. When the tag points at a single image instead of an index, they may pull it anyway and die with `exec format error`. The usual cause is a later push of a single-platform build to the same tag: the last push wins.',
    fix: 'Build and push all platforms in one `docker buildx build --platform …`, or join per-platform digests with `docker buildx imagetools create`. Make sure that no other job or laptop pushes the same tag.',
    *examine({ required, entries, isIndex }) {
        const present = entries.flatMap(({ platform }) => (platform === null ? [] : [platform]));
        const names = present.map(oci_platform/* formatPlatform */.Bq);
        for (const platform of required) {
            if (present.some((other) => (0,oci_platform/* samePlatform */.my)(platform, other)))
                continue;
            const wanted = (0,oci_platform/* formatPlatform */.Bq)(platform);
            const inIndex = names.length === 0 ? 'no image at all' : names.join(', ');
            yield {
                platforms: [platform],
                title: isIndex
                    ? '{platforms} {is|are} not in the index'
                    : `{platforms} {is|are} missing: the reference points at a single image, not at an index`,
                message: isIndex
                    ? `${wanted} is required, the index has ${inIndex}.`
                    : `${wanted} is required, but the reference points at one ${inIndex} image. Probably a single-platform build was pushed over the multi-platform one.`,
                runtimeError: isIndex
                    ? `no matching manifest for ${wanted} in the manifest list entries`
                    : `exec format error`,
                evidence: { required: wanted, present: names, index: isIndex },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/no-shebang.js


const noShebang = startRule({
    id: 'no-shebang',
    title: 'A script that is started has no #! line',
    severity: 'error',
    what: 'A file that the container starts is a readable text without `#!` as its first two bytes, so the kernel does not know which interpreter to run it with.',
    why: 'Shells run such files all the same, which is why they work when tried by hand, but the runtime has no shell: `exec /entrypoint.sh: exec format error`.',
    fix: 'Make `#!/bin/sh` (or the interpreter that the script is written for) the very first line, before comments and licence headers.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['no-shebang'])) {
            const name = nameOf(trace, found.step);
            const [line = ''] = found.refusal.content.head.split(/\r?\n/);
            yield {
                ...about(trace, found),
                title: `{platforms} cannot start: the script ${name} has no #! line`,
                message: `${found.step.file?.located.path ?? found.step.name} is a text that begins with "${line.slice(0, 60)}" instead of #!.`,
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/no-start-command.js

const noStartCommand = startRule({
    id: 'no-start-command',
    title: 'The image does not say what to start',
    severity: 'error',
    what: 'The image config has neither an `ENTRYPOINT` nor a `CMD`, so there is no program that a container of it would run. (An `ENTRYPOINT [""]` counts as none.)',
    why: '`docker run IMAGE` answers `no command specified`, and Kubernetes `CreateContainerError`. It usually means that the final stage starts `FROM scratch` or from a base without a command, and that the instruction stands in another stage.',
    fix: 'Add `ENTRYPOINT ["/path/to/program"]` (or `CMD`) to the final stage of the Dockerfile. An image that is only ever a source of files for `COPY --from` can be excepted with an `ignore` entry for `no-start-command`.',
    *examine({ trace }) {
        if (!trace.refusals.some(({ kind }) => kind === 'no-command'))
            return;
        yield {
            title: '{platforms} does not say what to start',
            message: 'The image config has neither an ENTRYPOINT nor a CMD.',
            runtimeError: 'docker: Error response from daemon: no command specified',
            evidence: {},
        };
    },
});

;// CONCATENATED MODULE: ./lib/rules/not-executable.js


const notExecutable = startRule({
    id: 'not-executable',
    title: 'The file to start may not be executed',
    severity: 'error',
    what: 'A file that the container starts is there, but the user of the image may not execute it: it lacks the x bit, a directory on the way to it may not be searched, it is a directory or a device, or it is a script that its interpreter may not read. Root is refused too where no x bit is set at all, and where the file has capabilities in effect (`setcap cap_net_admin+ep`) that a container does not have.',
    why: 'People see `exec: "/server": permission denied`, or `executable file not found in $PATH` although the file is there. The x bit gets lost in `actions/upload-artifact`, in zip archives, on Windows, and with `git add` of a file that was never made executable.',
    fix: 'Copy the file with its mode: `COPY --chmod=755 server /server`, or `RUN chmod +x`. For a file that another user owns, `COPY --chown=` or `a+rx` on the directories above it. Capabilities that are only permitted (`setcap cap_net_admin+p`) let the program start without them.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, KINDS, [...PROGRAMS, 'loader'])) {
            const name = nameOf(trace, found.step);
            yield {
                ...about(trace, found),
                title: `{platforms} cannot start: ${name} may not be executed`,
                ...fixOf(found.refusal),
                message: `${found.step.file?.located.path ?? found.step.name} ${not_executable_reasonOf(found.refusal, trace)}.`,
            };
        }
    },
});
const KINDS = [
    'not-searchable',
    'not-a-file',
    'no-execute-permission',
    'no-read-permission',
    'may-not-switch-user',
    'capabilities-not-granted',
];
function fixOf({ kind }) {
    if (kind !== 'capabilities-not-granted')
        return {};
    return {
        fix: 'take the capabilities away with `setcap -r`, or let them be permitted only (`+p`): the program then starts without them',
    };
}
function not_executable_reasonOf(refusal, trace) {
    switch (refusal.kind) {
        case 'not-a-file':
            return `is a ${refusal.type.replace('-', ' ')}`;
        case 'not-searchable':
            return `lies behind ${refusal.at}, which ${userOf(trace)} may not search: it has ${modeOf(refusal.owner)}`;
        case 'no-execute-permission':
            return `has ${modeOf(refusal.owner)}, which does not let ${userOf(trace)} execute it`;
        case 'may-not-switch-user':
            return `is to become another user, which ${userOf(trace)} may not`;
        case 'capabilities-not-granted':
            return `has ${refusal.capabilities.join(', ')} in effect (setcap), which ${GRANTS[refusal.certainty]}`;
        case 'no-read-permission':
            return `is a script that ${userOf(trace)} may execute but, with ${modeOf(refusal.owner)}, not read, as its interpreter must`;
    }
}
const GRANTS = {
    certain: 'containers get only when it is added for each of them (--cap-add)',
    possible: 'docker grants by default, but podman and CRI-O do not',
};
function userOf({ credentials }) {
    return credentials === null || credentials.uid === 0
        ? 'root'
        : `user ${credentials.uid}:${credentials.gid}`;
}
function modeOf({ mode, uid, gid }) {
    return `mode ${mode.toString(8).padStart(4, '0')} and belongs to ${uid}:${gid}`;
}

;// CONCATENATED MODULE: ./lib/rules/page-size.js


const pageSize = imageRule({
    id: 'page-size',
    title: 'A binary cannot be loaded where memory pages have 64K',
    severity: 'warning',
    what: 'Segments of a program or library for arm64 or ppc64le are aligned for pages of 4K or 16K only. Hosts with 64K pages (RHEL and Oracle Linux kernels for arm64, nearly all of ppc64le) cannot map them; those with 16K (Asahi, Raspberry Pi 5) take only the latter.',
    why: 'There the loader says `ELF load command alignment not page-aligned`, and the kernel ends the program in execve(2). On hosts with 4K pages everything works, so tests do not show it.',
    fix: 'Link with `-Wl,-z,max-page-size=65536`, the default of GNU ld for these machines (lld and mold need `-z separate-loadable-segments` or the same option); for wheels and npm packages take a release that does.',
    *examine({ survey }) {
        for (const group of survey?.smallPages ?? []) {
            const { evidence, ...place } = placeOfGroup(group);
            const pages = `${group.align / 1024}K`;
            yield {
                ...place,
                title: `{platforms} {has|have} code that needs pages of ${pages} or less: ${namedFiles(group)}`,
                message: `Segments of ${namedFiles(group)}${examplesOf(group)} are aligned to ${pages}; hosts with 64K pages cannot load ${group.count === 1 ? 'it' : 'them'}.`,
                runtimeError: `${group.paths[0] ?? group.path}: ELF load command alignment not page-aligned`,
                evidence: { ...evidence, align: group.align },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/platform-mismatch.js


const platformMismatch = indexRule({
    id: 'platform-mismatch',
    title: 'Index and config name different platforms',
    severity: 'error',
    what: 'The index says one platform, the config of that very image says another. What the files are for settles which of the two lies.',
    why: 'Runtimes choose by the index and some check the config afterwards: `image with reference … was found but does not match the specified platform`. Kubernetes, Lambda and scanners trust one or the other, and copies of the image lose the index.',
    fix: 'Build each platform with `docker buildx build --platform`, which writes both. Hand-made indexes get their platforms from `docker manifest annotate` or `imagetools create`; configs get theirs from the build: change the one that is wrong.',
    *examine({ entries, platforms }) {
        for (const { image } of entries) {
            if (image === null || image.claimed === null)
                continue;
            const [claimed, config] = [(0,oci_platform/* normalizePlatform */.FL)(image.claimed), (0,oci_platform/* normalizePlatform */.FL)(image.config.platform)];
            if (sameWords(claimed, config))
                continue;
            const onlyVariant = claimed.os === config.os && claimed.architecture === config.architecture;
            const files = platforms.find((facts) => facts.image === image)?.filesArchitecture ?? null;
            const liar = liarOf(image.claimed, image.config.platform, files);
            yield {
                platforms: [image.claimed],
                severity: onlyVariant && image.config.platform.variant === undefined ? 'warning' : 'error',
                title: `the index says {platforms}, the config says ${(0,oci_platform/* formatPlatform */.Bq)(image.config.platform)}`,
                message: `${files === null ? 'No program tells which is right' : `The files are for ${files}`}${liar === null ? '' : `: ${liar === 'both' ? 'both are' : `${liar} is`} wrong`}.`,
                evidence: {
                    index: (0,oci_platform/* formatPlatform */.Bq)(image.claimed),
                    config: (0,oci_platform/* formatPlatform */.Bq)(image.config.platform),
                    files,
                    wrong: liar,
                },
            };
        }
    },
});
function sameWords(one, other) {
    return one.os === other.os && one.architecture === other.architecture && one.variant === other.variant;
}
function liarOf(claimed, config, files) {
    if (files === null || claimed.architecture === config.architecture)
        return null;
    if (files === claimed.architecture)
        return 'the config';
    return files === config.architecture ? 'the index' : 'both';
}

;// CONCATENATED MODULE: ./lib/rules/same-content.js


const sameContent = indexRule({
    id: 'same-content',
    title: 'Two platforms hold the same program',
    severity: 'note',
    what: 'Images of two different architectures start byte for byte the same ELF program, have the same layers with programs in them, or share programs that are for one of the two alone. Scripts, data, Java and WebAssembly may well be the same and are not reported. Where an error already says that the file is for the wrong machine, this is its proof and not a finding of its own.',
    why: 'A compiled program is for one machine. The same file under two platforms means that one of them got the file of the other, usually because a stage was built once and copied into both.',
    fix: 'Build for `TARGETARCH`: leave `ARG TARGETARCH` without a default, or take `--platform` off the stage that compiles.',
    *examine({ platforms }) {
        for (const facts of platforms) {
            const others = platforms.filter((other) => differs(facts, other));
            const seen = sameProgram(facts, others) ?? sameFiles(facts, others);
            if (seen !== null)
                yield { ...seen, platforms: [facts.image.platform] };
        }
    },
});
function sameProgram(facts, others) {
    const program = same_content_programOf(facts);
    if (program === null || facts.filesArchitecture === facts.image.platform.architecture)
        return null;
    const twin = others.find((other) => same_content_programOf(other)?.sha256 === program.sha256);
    if (twin === undefined)
        return null;
    const sameLayers = twin.image.config.diffIds.join() === facts.image.config.diffIds.join();
    const name = (0,oci_platform/* formatPlatform */.Bq)(twin.image.platform);
    return {
        path: program.path,
        title: sameLayers
            ? `{platforms} {has|have} the file system of ${name}`
            : `{platforms} {starts|start} the very file of ${name}`,
        message: sameLayers
            ? `Every layer is one of ${name}, programs included.`
            : `${program.path} is byte for byte the file in ${name}.`,
        evidence: { path: program.path, sha256: program.sha256, twin: name, sameLayers },
    };
}
/** Files for another machine that are right in the image of another platform. */
function sameFiles({ survey }, others) {
    for (const other of others) {
        const right = other.survey?.nativeDigests;
        const shared = [...(survey?.foreignDigests ?? [])].filter(([sha256]) => right?.has(sha256) === true);
        const [first] = shared;
        if (first === undefined)
            continue;
        const [[sha256, path], name] = [first, (0,oci_platform/* formatPlatform */.Bq)(other.image.platform)];
        const what = shared.length === 1 ? path : `${path} and ${shared.length - 1} more files`;
        return {
            path,
            title: `{platforms} {has|have} ${shared.length === 1 ? 'a program' : `${shared.length} programs`} of ${name}`,
            message: `${what} ${shared.length === 1 ? 'is' : 'are'} byte for byte what ${name} has.`,
            evidence: { path, sha256, twin: name, count: shared.length },
        };
    }
    return null;
}
function differs(one, other) {
    return one.image.platform.architecture !== other.image.platform.architecture;
}
/** The first ELF file that the container starts. */
function same_content_programOf({ trace }) {
    for (const { file } of trace.steps) {
        const content = file?.located.entry.content;
        if (file !== null && content?.kind === 'elf')
            return { path: file.located.path, sha256: content.sha256 };
    }
    return null;
}

;// CONCATENATED MODULE: ./lib/rules/symbol-not-found.js



const symbolNotFound = startRule({
    id: 'symbol-not-found',
    title: 'A symbol that the program needs is in no library',
    severity: 'error',
    what: 'A program or library refers to a function or variable that none of the libraries defines which its loader maps. It is reported only where the loader looks all symbols up before the program runs: always under musl, under glibc for files linked with `-z now`.',
    why: 'The loader ends the process: `Error relocating /app: __memcpy_chk: symbol not found` (musl), `symbol lookup error: /app: undefined symbol: foo` (glibc). On Alpine it is mostly a program or a library that was built against glibc and that musl has no `__*_chk`, `fcntl64`, `gnu_get_libc_version` … for, with or without gcompat; elsewhere it is a library of another release than the one that the program was linked with.',
    fix: 'Use a build of the program for the libc of the image (a `-musl` or `alpine` build, or a glibc base image), and libraries of the release that it was linked with.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['symbol-not-found'], LIBRARIES)) {
            const { program, placeless } = loadingOf(trace, found);
            const { symbols, neededBy, libc, hosts } = found.refusal;
            const more = symbols.length > 5 ? ` and ${symbols.length - 5} more` : '';
            yield {
                ...placeless,
                ...placedAt(trace, neededBy),
                title: `${effectOn(program, hosts)}: ${symbols[0] ?? ''} is in none of its libraries`,
                message: `${neededBy} needs ${symbols.slice(0, 5).join(', ')}${more}; nothing that ${libc}’s loader maps for ${program} defines ${symbols.length === 1 ? 'it' : 'them'}.`,
                evidence: { ...placeless.evidence, neededBy, libc, symbols: symbols.slice(0, 50) },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/start/link-map.js
/** How people know it: the path of its file. */
function link_map_nameOf({ file }) {
    return file.path;
}
/** The program at the root of the requests that led to an object. */
function link_map_programOf(object) {
    return object.by === null ? object : link_map_programOf(object.by);
}

;// CONCATENATED MODULE: ./lib/start/symbol-versions.js
/**
 * Whether the files that were really found define the versions that the others need: `_dl_check_map_versions` of
 * glibc's elf/dl-version.c. musl does not look at versions at all.
 */

/** One for each library that lacks something; `glibc` is the version of the loader. */
function unmetVersions(linked, glibc) {
    const wanted = new Map();
    for (const object of linked.objects) {
        for (const { file, versions } of object.elf.dynamic?.versionsNeeded ?? []) {
            const want = wanted.get(file) ?? wantedOf(linked, file);
            if (want === null)
                continue;
            wanted.set(file, want);
            for (const { name, weak } of versions) {
                // Of a library that is not loaded even weak versions end the start: the loader's own assertion fails.
                if (want.defined === null || (!weak && !want.defined.includes(name))) {
                    want.byVersion.set(name, [...(want.byVersion.get(name) ?? []), object]);
                }
            }
        }
    }
    return [...wanted.values()].flatMap((want) => unmetOf(want, glibc));
}
/** Null when nothing can be said, or is said elsewhere: it is missing, or its version definitions are none or unread. */
function wantedOf({ named, missing, unread }, name) {
    const library = named.get(name) ?? null;
    if (library === null) {
        const isSaid = missing.some((other) => other.name === name && other.refusal.effect === 'stops') || unread.length > 0;
        return isSaid ? null : { name, library, defined: null, byVersion: new Map() };
    }
    const isRead = library.elf.problems.every(({ part }) => part !== 'versions');
    const defined = isRead ? (library.elf.dynamic?.versionsDefined ?? null) : null;
    return defined === null ? null : { name, library, defined, byVersion: new Map() };
}
function unmetOf({ name, library, defined, byVersion }, glibc) {
    const [first] = byVersion;
    const [version, [object] = []] = first ?? [''];
    if (object === undefined)
        return [];
    const neededBy = new Set([...byVersion.values()].flat().map(link_map_nameOf));
    return [
        {
            of: library ?? object,
            refusal: {
                kind: 'symbol-version-not-found',
                error: messageOf(object, library, version),
                library: name,
                versions: [...byVersion.keys()].toSorted(compareVersions),
                neededBy: [...neededBy],
                defined,
                glibc: versionInName(library?.file.located.path ?? '') ?? glibc,
                hosts: { on: 'all' },
            },
        },
    ];
}
function messageOf(object, library, version) {
    if (library === null) {
        return "Inconsistency detected by ld.so: dl-version.c: 204: _dl_check_map_versions: Assertion `needed != NULL' failed!";
    }
    const program = link_map_nameOf(link_map_programOf(object));
    return `${program}: ${link_map_nameOf(library)}: version \`${version}' not found (required by ${link_map_nameOf(object)})`;
}
/** `GLIBC_2.9` before `GLIBC_2.10`. */
function compareVersions(one, other) {
    return one.localeCompare(other, 'en', { numeric: true });
}
/** Until glibc 2.33 `libc.so.6` was a link to `libc-2.31.so`. */
function versionInName(path) {
    return /\/\w+-(2\.\d+)\.so$/.exec(path)?.[1] ?? null;
}
/**
 * `GLIBC_2.36`, the newest that a library of glibc defines; null when it defines none of that form. Not every release
 * adds one to every library: 2.31 has nothing newer than GLIBC_2.30 in libc.so.6 for x86-64.
 */
function newestGlibcOf(versions) {
    const numbered = versions.filter((name) => /^GLIBC_\d+\.\d/.test(name)).toSorted(compareVersions);
    return numbered.at(-1) ?? null;
}
/** Whether a glibc of that version is too old for a version name. */
function isNewerThan(name, glibc) {
    return compareVersions(name, `GLIBC_${glibc}`) > 0;
}

;// CONCATENATED MODULE: ./lib/rules/symbol-version-not-found.js




const symbolVersionNotFound = startRule({
    id: 'symbol-version-not-found',
    title: 'A library of the image is older than the program needs',
    severity: 'error',
    what: 'Programs and libraries record which versions of each library’s symbols they were linked with (`GLIBC_2.38`, `GLIBCXX_3.4.32`). The library that the loader finds in the image does not define one of them.',
    why: "glibc’s loader checks all of them before the program runs and ends it: `version `GLIBC_2.38' not found (required by /app)`. The program was built on a newer distribution than the one it runs on: the build stage and the final stage are different releases, or a prebuilt binary wants a newer base.",
    fix: 'Build on the release that the image is based on, or an older one; or base the image on a newer release. Never copy a single libc file from another image: loader and libc belong together.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['symbol-version-not-found'], LIBRARIES)) {
            const { program, placeless } = loadingOf(trace, found);
            const { versions, neededBy, defined, library, hosts, glibc } = found.refusal;
            const lacking = defined === null ? null : (found.step.file?.located.path ?? null);
            const has = foundOf(found.refusal, lacking ?? library);
            yield {
                ...placeless,
                ...placedAt(trace, neededBy[0] ?? program),
                title: `${effectOn(program, hosts)}: it needs ${versions.at(-1) ?? ''} and ${has}`,
                message: `${neededBy.join(', ')} need${neededBy.length === 1 ? 's' : ''} ${versions.join(', ')} of ${library}; ${has}.`,
                evidence: { ...placeless.evidence, lacking, libc: glibc, versions, neededBy },
            };
        }
    },
});
function foundOf({ versions, defined, glibc }, path) {
    if (defined === null)
        return 'no DT_NEEDED asks for that library';
    const newest = newestGlibcOf(defined);
    const needed = newestGlibcOf(versions);
    if (newest === null)
        return `${path} does not define it`;
    // A libc of one release beside the loader of another is neither.
    if (glibc !== null && (needed === null || isNewerThan(needed, glibc)))
        return `the image has glibc ${glibc}`;
    return `${path} defines up to ${newest}`;
}

;// CONCATENATED MODULE: ./lib/rules/tag-mismatch.js

const tagMismatch = indexRule({
    id: 'tag-mismatch',
    title: 'A tag does not point at what was just built',
    severity: 'error',
    what: 'A tag in `image` points at another digest than the one in `digest`.',
    why: 'People pull tags. The build may be right and the tag may still be an old image, or one that another job or a laptop pushed over it in the meantime.',
    fix: 'Push the tag again from this build, and find out who else pushes it. Deploy by digest (the output `pinned`) rather than by tag.',
    *examine({ expectedDigest, tags }) {
        if (expectedDigest === null)
            return;
        for (const { tag, digest } of tags) {
            if (digest === expectedDigest)
                continue;
            yield {
                title: `the tag ${tag} does not point at what was built`,
                message: `${tag} points at ${digest}; the build wrote ${expectedDigest}.`,
                evidence: { tag, found: digest, expected: expectedDigest },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/unexpected-platform.js


const unexpectedPlatform = indexRule({
    id: 'unexpected-platform',
    title: 'The image has a platform that was not asked for',
    severity: 'error',
    what: 'The index holds an image for a platform that is not among the required ones, and `exact-platforms` is on.',
    why: 'A platform that nobody builds on purpose is a platform that nobody tests: hosts that match it will run it all the same.',
    fix: 'Take the platform out of the build, add it to `platforms`, or switch `exact-platforms` off.',
    *examine({ required, entries, exactPlatforms }) {
        if (exactPlatforms === 'any')
            return;
        for (const { platform } of entries) {
            if (platform === null || required.some((wanted) => (0,oci_platform/* samePlatform */.my)(wanted, platform)))
                continue;
            yield {
                platforms: [platform],
                title: '{platforms} is in the image but was not asked for',
                message: `Required are exactly ${required.map(oci_platform/* formatPlatform */.Bq).join(', ') || 'no platforms'}; the index also has ${(0,oci_platform/* formatPlatform */.Bq)(platform)}.`,
                evidence: { required: required.map(oci_platform/* formatPlatform */.Bq), found: (0,oci_platform/* formatPlatform */.Bq)(platform) },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rootfs/portable-executable.js
const IMAGE_FILE_MACHINE_I386 = 0x14c;
const IMAGE_SUBSYSTEM_WINDOWS_GUI = 2;
const IMAGE_SUBSYSTEM_WINDOWS_CUI = 3;
const IMAGE_FILE_DLL = 0x2000;
const PE32_PLUS = 0x20b;
/** GOARCH by IMAGE_FILE_MACHINE_*. */
const ARCHITECTURES = new Map([
    [IMAGE_FILE_MACHINE_I386, '386'],
    [0x1c0, 'arm'],
    [0x1c4, 'arm'],
    [0x8664, 'amd64'],
    [0xaa64, 'arm64'],
    [0xa64e, 'arm64'], // ARM64X
    [0x5064, 'riscv64'],
    [0x6264, 'loong64'],
]);
/** null when these are not the first bytes of a PE file, or too few of them. */
function portableExecutableOf(head) {
    if (head.length < 64 || head.readUInt16BE(0) !== 0x4d5a)
        return null;
    const at = head.readUInt32LE(60);
    if (at + 24 > head.length || head.readUInt32BE(at) !== 0x50450000)
        return null;
    const optional = at + 24;
    const size = Math.min(head.readUInt16LE(at + 20), head.length - optional);
    const word = (offset) => (offset + 2 <= size ? head.readUInt16LE(optional + offset) : 0);
    const double = (offset) => (offset + 4 <= size ? head.readUInt32LE(optional + offset) : 0);
    // The 15th data directory is the CLR's.
    const directories = word(0) === PE32_PLUS ? 112 : 96;
    return {
        machine: head.readUInt16LE(at + 4),
        isLibrary: (head.readUInt16LE(at + 22) & IMAGE_FILE_DLL) !== 0,
        subsystem: word(68),
        isManaged: double(directories - 4) > 14 && double(directories + 14 * 8) !== 0,
    };
}
/** The GOARCH name; null for a machine that no container has. */
function architectureOfPe({ machine }) {
    return ARCHITECTURES.get(machine) ?? null;
}

;// CONCATENATED MODULE: ./lib/rules/machine-words.js
/** How machines are named in sentences. */
/** GOARCH -> the name of the machine that its kernels run, as elf/machines.ts prints it. */
const MACHINES = {
    '386': 'i386',
    amd64: 'x86-64',
    arm: 'ARM',
    arm64: 'AArch64',
    loong64: 'LoongArch',
    mips: 'MIPS',
    mipsle: 'MIPS',
    mips64: 'MIPS',
    mips64le: 'MIPS',
    ppc64: 'PowerPC64',
    ppc64le: 'PowerPC64',
    riscv64: 'RISC-V',
    s390x: 'S/390',
};
/** `AArch64` for `arm64`; null for an architecture that we know nothing of. */
function machineOf(architecture) {
    return Object.hasOwn(MACHINES, architecture) ? (MACHINES[architecture] ?? null) : null;
}
/** Letters whose names begin with a vowel, where a machine's name is spelled out. */
const SPELLED_WITH_VOWEL = /^(?:x86|S\/|[mM]\d|MSP|H8|RL\d|NEC)/;
/** `an x86-64 program`, `a RISC-V program`, `a program for machine 1234`. */
function programFor(machine) {
    if (/^(?:no )?machine\b/.test(machine))
        return `a program for ${machine}`;
    const article = SPELLED_WITH_VOWEL.test(machine) || /^[aeio]/i.test(machine) ? 'an' : 'a';
    return `${article} ${machine} program`;
}

;// CONCATENATED MODULE: ./lib/rules/platform-nouns.js
/** Words that depend on who starts the program: a Linux kernel, Windows, a WebAssembly runtime. */



/**
 * `x86-64`; told apart from the platform's own machine where only class or byte order differ; on Windows and under
 * WebAssembly with the format, which is what is wrong there: `x86-64 (ELF)`.
 */
function machineIn(content, platform) {
    if (content.kind === 'elf') {
        const name = (0,machines/* machineName */.Fm)(content.machine);
        if (systemOf(platform) !== 'linux')
            return `${name} (ELF)`;
        const { byteOrder } = content.readAs;
        return name === machineOf(platform.architecture)
            ? `${content.readAs.class}-bit ${byteOrder}-endian ${name}`
            : name;
    }
    if (content.kind !== 'other')
        return 'no machine';
    const format = content.format === 'pe' ? 'PE' : 'Mach-O';
    return content.detail === null ? format : `${content.detail} (${format})`;
}
/** Who refuses it. */
function hostOf(platform) {
    switch (systemOf(platform)) {
        case 'linux':
        case 'other':
            return 'the kernel of {platforms}';
        case 'windows':
            return 'Windows of {platforms}';
        case 'wasm':
            return 'a runtime of {platforms}';
    }
}
/** What the file should have been. */
function expectedOf(platform) {
    switch (systemOf(platform)) {
        case 'linux':
        case 'other':
            return 'a Linux program';
        case 'windows':
            return 'a program that Windows starts';
        case 'wasm':
            return 'a WebAssembly module';
    }
}

;// CONCATENATED MODULE: ./lib/rules/unknown-format.js




const unknownFormat = startRule({
    id: 'unknown-format',
    title: 'The file to start is no program',
    severity: 'error',
    what: 'A file that the container starts is neither an ELF program nor a script with a `#!` line. The rule says what it is: a program for macOS or Windows, a web page that was saved instead of a download, an archive that was never unpacked, a Git LFS pointer, an empty file …',
    why: 'The kernel knows only ELF and `#!`, and answers `exec /server: exec format error` to everything else. A download that ended in an error page or an empty file passes every build step up to here.',
    fix: 'Look at the step that puts the file into the image. Let downloads fail on errors (`curl --fail`), unpack archives, run `git lfs pull` before the build, and compile for `GOOS=linux`.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['unknown-format'])) {
            const name = nameOf(trace, found.step);
            const what = describe(found.refusal.content);
            yield {
                ...about(trace, found),
                title: `{platforms} cannot start: ${name} is ${what}`,
                message: `${found.step.file?.located.path ?? found.step.name} is ${what}, and not ${expectedOf(trace.platform)}.`,
            };
        }
    },
});
const FORMATS = {
    text: 'a text',
    'script-after-bom': 'a script behind a byte order mark',
    'script-after-blank': 'a script behind blank lines',
    html: 'a web page (HTML)',
    json: 'a JSON text',
    'git-lfs-pointer': 'a Git LFS pointer instead of the file itself',
    'mach-o': 'a program for macOS (Mach-O)',
    pe: 'a program for Windows (PE)',
    wasm: 'a WebAssembly module',
    gzip: 'gzip data',
    xz: 'xz data',
    bzip2: 'bzip2 data',
    zstd: 'zstd data',
    zip: 'a zip archive',
    tar: 'a tar archive',
    ar: 'an ar archive (a static library or a Debian package)',
    'java-class': 'a Java class file',
    'python-bytecode': 'Python bytecode',
    'llvm-bitcode': 'LLVM bitcode',
    zeros: 'nothing but NUL bytes',
    data: 'data of an unknown format',
};
function describe(content) {
    if (content.kind === 'empty')
        return 'empty';
    const what = content.pe === undefined ? FORMATS[content.format] : kindOfPe(content.pe);
    return content.detail === null ? what : `${what}, ${content.detail}`;
}
function kindOfPe({ isLibrary, subsystem }) {
    if (isLibrary)
        return 'a library for Windows (DLL)';
    const isProgram = subsystem === 0 || subsystem === IMAGE_SUBSYSTEM_WINDOWS_GUI || subsystem === IMAGE_SUBSYSTEM_WINDOWS_CUI;
    return isProgram ? FORMATS.pe : 'a driver or EFI program (PE)';
}

;// CONCATENATED MODULE: ./lib/rules/unpinned-reference.js

const unpinnedReference = indexRule({
    id: 'unpinned-reference',
    title: 'The image was looked up by tag only',
    severity: 'note',
    what: 'Neither `digest`, nor `metadata`, nor a digest in the reference says which image was built, so the tag decided what was inspected.',
    why: 'A tag can move between the build and this check, and build-push-action leaves its `digest` output empty when nothing was pushed: then the tag still shows the image of an earlier run, and a pass would be about that one.',
    fix: 'Add `digest: ${{ steps.build.outputs.digest }}` to the step, and `push: true` to the build.',
    *examine({ unpinned, reference, root }) {
        if (!unpinned)
            return;
        yield {
            title: 'the image was looked up by tag only',
            message: `${reference} pointed at ${root.digest} when it was looked up. Nothing says that this is what was just built.`,
            evidence: { reference, digest: root.digest },
        };
    },
});

;// CONCATENATED MODULE: ./lib/rules/user-not-found.js


const userNotFound = startRule({
    id: 'user-not-found',
    title: 'USER names somebody whom the image does not know',
    severity: 'error',
    what: 'The runtime turns the `USER` of the image into numbers with the `/etc/passwd` and `/etc/group` of the image itself, before anything is started. The name of the user or of its group is in neither, or the number is out of range.',
    why: 'Every start ends with `unable to find user app: no matching entries in passwd file`. It happens when the user is added in a build stage and the final stage starts from another base, or when a base image renames its user.',
    fix: 'Add the user in the final stage (`RUN useradd --system app`, or `COPY --from=build /etc/passwd /etc/group /etc/`), or write numbers: `USER 10001:10001` needs no entry anywhere.',
    *examine({ trace }) {
        for (const refusal of trace.refusals) {
            if ('name' in refusal)
                yield observationOf(refusal, `USER is ${trace.user}`);
        }
        for (const { step, refusal } of refusedSteps(trace, [
            'unknown-user',
            'unknown-group',
            'user-out-of-range',
        ])) {
            yield observationOf(refusal, `${step.file?.path ?? step.name} is to become ${refusal.name}`);
        }
    },
});
function observationOf(refusal, who) {
    const evidence = { name: refusal.name };
    if (refusal.kind === 'user-out-of-range') {
        return {
            title: `{platforms} cannot start: the number ${refusal.name} is out of range`,
            message: `${who}, but user and group numbers go from 0 to 2147483647.`,
            runtimeError: 'uids and gids must be in range 0-2147483647',
            evidence,
        };
    }
    const what = refusal.kind === 'unknown-user' ? 'user' : 'group';
    const file = refusal.kind === 'unknown-user' ? '/etc/passwd' : '/etc/group';
    const lacks = refusal.file === 'found' ? `${file} has no such ${what}` : `the image has no ${file}`;
    return {
        title: `{platforms} cannot start: there is no ${what} ${refusal.name}`,
        message: `${who}, but ${lacks}.`,
        runtimeError: `unable to find ${what} ${refusal.name}: no matching entries in ${file.slice(5)} file`,
        path: file,
        evidence: { ...evidence, file: refusal.file },
    };
}

;// CONCATENATED MODULE: ./lib/rules/wrong-architecture.js




const wrongArchitecture = startRule({
    id: 'wrong-architecture',
    title: 'The program to start is for another architecture',
    severity: 'error',
    what: 'A program that the container starts (the program itself, the interpreter of a script, or what a wrapper starts) is an ELF file for another machine than the platform of the image. The same is asked of the PE file that a Windows image starts, and of the module of a WebAssembly image.',
    why: 'On that platform the container ends at once: `exec /server: exec format error`. The build and `docker run` on a developer’s machine do not notice, because emulation (binfmt with QEMU, Rosetta) runs the wrong program there. The usual causes are `ARG TARGETARCH=amd64` (a default hides the value that BuildKit sets), a download URL or `GOARCH` with a fixed architecture, and a base image pinned by the digest of one platform.',
    fix: 'Build for `TARGETARCH`: declare `ARG TARGETARCH` without a value in the stage that compiles or downloads, and use it there.',
    *examine({ trace }) {
        const { platform } = trace;
        const expected = machineOf(platform.architecture);
        for (const found of refusedSteps(trace, ['wrong-abi'])) {
            const content = found.step.file?.located.entry.content;
            if (found.refusal.abi.kind !== 'wrong-machine' || content === undefined)
                continue;
            const machine = machineIn(content, platform);
            const what = programFor(machine);
            const starts = found.step.role === 'program' ? what : `${nameOf(trace, found.step)}, ${what}`;
            const base = about(trace, found);
            yield {
                ...base,
                title: `{platforms} {starts|start} ${starts}`,
                message: `${found.step.file?.located.path ?? found.step.name} is for ${machine}, which ${hostOf(platform)} does not run.`,
                ...(platform.os === 'linux' && { notes: [emulated(machine)] }),
                evidence: {
                    ...base.evidence,
                    machine,
                    expected,
                    ...(content.kind === 'elf' && { sha256: content.sha256 }),
                },
            };
        }
    },
});
function emulated(machine) {
    return `on ${machine} machines \`docker run\` may start it all the same, and so hide the fault`;
}

;// CONCATENATED MODULE: ./lib/rules/wrong-abi.js


const wrongAbi = startRule({
    id: 'wrong-abi',
    title: 'A program is for another ABI of the platform’s machine',
    severity: 'error',
    what: 'The program is for the right family of processors but for a calling convention or a mode that the platform’s kernels do not run: x32 on amd64, ILP32 on arm64, the old ABI (OABI) or FDPIC on arm, the other byte order or ELFv1 on POWER, n32 or 2008 NaNs on MIPS.',
    why: 'It looks right at a glance (`file` says x86-64), yet execve(2) answers ENOEXEC, `exec /app: exec format error`, or the process dies at its first system call.',
    fix: 'Build for the platform’s usual ABI: check `--target`, `-mabi`, `-m32`/`-mx32`, `GOARCH` and the target triple of the toolchain.',
    *examine({ trace }) {
        for (const found of refusedSteps(trace, ['wrong-abi'])) {
            const { abi } = found.refusal;
            if (abi.kind !== 'wrong-abi')
                continue;
            const name = nameOf(trace, found.step);
            const base = about(trace, found);
            yield {
                ...base,
                title: `{platforms} cannot start ${name}: it is for ${abi.abi}`,
                message: `${found.step.file?.located.path ?? name} is for ${abi.abi}, which kernels of {platforms} do not run.`,
                evidence: { ...base.evidence, abi: abi.abi, format: start_words_formatOf(found.step) },
            };
        }
    },
});

;// CONCATENATED MODULE: ./lib/rules/index.js
/** Every rule, in the order in which docs and reports list them. */




































const RULES = [
    missingPlatform,
    unexpectedPlatform,
    duplicatePlatform,
    malformedPlatform,
    platformMismatch,
    sameContent,
    tagMismatch,
    unpinnedReference,
    layerMediaType,
    noStartCommand,
    userNotFound,
    programNotFound,
    notExecutable,
    wrongArchitecture,
    unknownFormat,
    malformedElf,
    noShebang,
    crlfScript,
    malformedShebang,
    interpreterNotFound,
    interpreterLoop,
    healthcheckBroken,
    loaderNotFound,
    loaderMismatch,
    libraryNotFound,
    libraryMismatch,
    symbolVersionNotFound,
    symbolNotFound,
    wrongAbi,
    compat32Bit,
    isaLevel,
    foreignUserland,
    foreignBinary,
    foreignAddOn,
    pageSize,
    execStack,
];

// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __webpack_require__(4006);
;// CONCATENATED MODULE: ./lib/verdict/narrow-finding.js
/** `linux/amd64, linux/arm/v7 and linux/arm64`, as findings name their platforms. */
function listPlatforms(platforms) {
    const last = platforms.at(-1) ?? 'the image';
    const rest = platforms.slice(0, -1);
    return rest.length === 0 ? last : `${rest.join(', ')} and ${last}`;
}
/** The same finding for some of its platforms only. */
function narrowFinding(finding, platforms) {
    const [before, after] = [listPlatforms(finding.platforms), listPlatforms(platforms)];
    const rename = (text) => text.replaceAll(before, () => after);
    return {
        ...finding,
        platforms,
        title: rename(finding.title),
        message: rename(finding.message),
        fix: rename(finding.fix),
    };
}

;// CONCATENATED MODULE: ./lib/verdict/policy.js
/**
 * What the user has decided about findings: how bad one must be to fail the run, and which are known and accepted.
 * An accepted finding is kept apart with its reason, never lost; an entry that silences nothing is reported.
 */



const DEFAULT_POLICY = { failOn: 'error', ignore: [] };
/** `read` says whether everything was readable: only then does an entry without a match deserve a notice. */
function applyPolicy(found, policy, read) {
    const findings = [];
    const ignored = [];
    const used = new Set();
    const alive = policy.ignore.filter(({ ended }) => !ended);
    for (const finding of found) {
        let left = finding;
        for (const entry of alive) {
            const covered = left && coveredBy(entry, left);
            if (covered === null)
                continue;
            used.add(entry);
            ignored.push({ finding: covered.part, entry: entry.text, reason: entry.reason });
            left = covered.rest;
        }
        if (left !== null)
            findings.push(left);
    }
    const stale = read === 'completely' ? alive.filter((entry) => !used.has(entry)) : [];
    return {
        findings,
        ignored,
        notices: [...policy.ignore.filter(({ ended }) => ended), ...stale].map(noticeOf),
    };
}
/** The part of the finding that the entry silences, and what is left of it; null when it silences nothing. */
function coveredBy(entry, finding) {
    if (entry.rule !== finding.rule)
        return null;
    if (entry.path !== null && (finding.path === null || !matchesGlob(finding.path, entry.path)))
        return null;
    if (entry.platform === null)
        return { part: finding, rest: null };
    const name = (0,oci_platform/* formatPlatform */.Bq)(entry.platform);
    if (!finding.platforms.includes(name))
        return null;
    const others = finding.platforms.filter((platform) => platform !== name);
    return {
        part: narrowFinding(finding, [name]),
        rest: others.length === 0 ? null : narrowFinding(finding, others),
    };
}
function matchesGlob(path, glob) {
    return path === glob || picomatch.isMatch(path, glob, { dot: true });
}
function noticeOf({ text, where, until, ended }) {
    return ended
        ? `the ignore entry "${text}" (${where}) ended on ${until ?? ''} and silences nothing any more`
        : `the ignore entry "${text}" (${where}) matched no finding: remove it if the fault is gone`;
}

;// CONCATENATED MODULE: ./lib/verdict/tool.js
/** What signs every report; a test keeps the version equal to package.json. */
const TOOL = { name: 'exec-format-guard', version: '1.0.0' };

;// CONCATENATED MODULE: ./lib/verdict/judge.js
/**
 * Evidence -> verdict. Three answers: `pass` and `fail` need everything to have been read; whatever could not be
 * read, and whatever was empty, is `unverified`. The exit status follows from the report alone.
 */



function judge({ images: seen, findings: found, policy, notices = [], stats }) {
    const isComplete = seen.length > 0 && seen.every((image) => isReadCompletely(markEmpty(image, found)));
    const outcome = applyPolicy(found, policy, isComplete ? 'completely' : 'in-part');
    const findings = outcome.findings.toSorted((one, other) => rankOf(one.severity) - rankOf(other.severity));
    const against = findings.filter(({ severity }) => counts(severity, policy.failOn));
    const images = seen.map((image) => judgeImage(markEmpty(image, against), against));
    return {
        schemaVersion: 1,
        tool: TOOL,
        verdict: worst(images.map(({ verdict }) => verdict)),
        failOn: policy.failOn,
        images,
        findings,
        ignored: outcome.ignored,
        notices: [...notices, ...outcome.notices],
        stats,
    };
}
/** 0 pass, 1 findings, 2 wrong usage, 3 not verified; 70, a defect, never gets this far. Precedence 2 > 3 > 1 > 0. */
function exitStatusOf(report) {
    const failures = report.images.flatMap(failuresOf);
    if (failures.some(({ code }) => (0,base_failure/* exitStatusOfFailure */.W4)(code) === 2))
        return 2;
    if (report.verdict === 'unverified')
        return 3;
    return report.verdict === 'fail' && report.failOn !== 'never' ? 1 : 0;
}
function failuresOf(image) {
    return [image.failure, ...image.platforms.map(({ failure }) => failure)].filter((failure) => failure !== null);
}
/**
 * Zero platforms and zero files are never green. A platform that fails all the same (its program is nowhere, its USER
 * is unknown) is not green either, and says more.
 */
function markEmpty(image, findings) {
    const own = findings.filter((finding) => finding.image === image.reference);
    const platforms = image.platforms.map((platform) => platform.failure === null && isEmpty(platform, own)
        ? { ...platform, inspected: false, failure: NO_FILE }
        : platform);
    const failure = image.failure ?? (platforms.length === 0 ? NO_PLATFORM : null);
    return { ...image, platforms, failure };
}
function isEmpty({ platform, inspected, filesExamined }, found) {
    return !inspected || (filesExamined === 0 && !found.some(({ platforms }) => platforms.includes(platform)));
}
const NO_FILE = {
    code: 'E_EMPTY',
    message: 'no file was examined',
    hint: 'an image that holds nothing and starts nothing cannot be judged; check that the build copied its files',
};
const NO_PLATFORM = {
    code: 'E_EMPTY',
    message: 'no platform was examined',
    hint: 'check that the reference names an image and not only attestations',
};
function isReadCompletely(image) {
    return failuresOf(image).length === 0;
}
function judgeImage(image, against) {
    const own = against.filter((finding) => finding.image === image.reference);
    const platforms = image.platforms.map((platform) => judgePlatform(platform, own));
    const verdict = isReadCompletely(image) ? (own.length > 0 ? 'fail' : 'pass') : 'unverified';
    return { ...image, platforms, verdict };
}
function judgePlatform(platform, against) {
    const isBlamed = against.some(({ platforms }) => platforms.includes(platform.platform));
    return { ...platform, verdict: platform.failure !== null ? 'unverified' : isBlamed ? 'fail' : 'pass' };
}
/** `fail-on: never` does not turn a fault into a pass: the verdict says `fail`, only the exit status is 0. */
function counts(severity, failOn) {
    return severity === 'error' || (severity === 'warning' && failOn === 'warning');
}
const SEVERITIES = ['error', 'warning', 'note'];
function rankOf(severity) {
    return SEVERITIES.indexOf(severity);
}
function worst(verdicts) {
    if (verdicts.length === 0 || verdicts.includes('unverified'))
        return 'unverified';
    return verdicts.includes('fail') ? 'fail' : 'pass';
}

// EXTERNAL MODULE: ./lib/oci/digest.js
var oci_digest = __webpack_require__(9501);
;// CONCATENATED MODULE: ./lib/oci/media-type.js
/** Media types of indexes, manifests, configs and layers (image-spec, media-types.md; Docker image manifest v2.2). */
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const media_type_DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar';
const DOCKER_FOREIGN_LAYER = 'application/vnd.docker.image.rootfs.foreign.diff.tar';
/** Docker's first format, with and without signature: still served, run by nobody, read by us only to say so. */
const SCHEMA_1 = [
    'application/vnd.docker.distribution.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
];
/** Everything a tag may point at. A registry that misses one of them in Accept answers with something else. */
const MANIFEST_TYPES = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, media_type_DOCKER_MANIFEST];
function isSchema1(mediaType) {
    return SCHEMA_1.some((one) => one === mediaType);
}
function isIndex(mediaType) {
    return mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
}
function isManifest(mediaType) {
    return mediaType === OCI_MANIFEST || mediaType === media_type_DOCKER_MANIFEST;
}
function isImageConfig(mediaType) {
    return mediaType === OCI_CONFIG || mediaType === DOCKER_CONFIG;
}
/** A layer that runtimes unpack: tar, plain or gzip or zstd, also the non-distributable kinds. */
function isTarLayer(mediaType) {
    return TAR_LAYER.test(mediaType);
}
/** A layer that may live outside the registry. */
function isForeignLayer(mediaType) {
    return isTarLayer(mediaType) && /foreign|nondistributable/.test(mediaType);
}
const TAR_LAYER = /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?)$/;
/** `Content-Type: a/b; charset=utf-8` -> `a/b`. */
function bareMediaType(contentType) {
    return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

// EXTERNAL MODULE: ./lib/base/limits.js
var limits = __webpack_require__(453);
;// CONCATENATED MODULE: ./lib/rootfs/entry.js
/** The directory that engines make for a path whose parents no entry names, where no lower layer has it. */
const IMPLIED_DIRECTORY = {
    type: 'directory',
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: 0,
    implied: true,
};

// EXTERNAL MODULE: ./lib/rootfs/path.js
var rootfs_path = __webpack_require__(1216);
;// CONCATENATED MODULE: ./lib/rootfs/folded-names.js

const FOLDED = new WeakMap();
function foldedOf(listing) {
    const known = FOLDED.get(listing);
    if (known !== undefined)
        return known;
    const folded = {
        entries: new Map([...listing.entries.keys()].map((path) => [path.toLowerCase(), path])),
        whiteouts: new Set([...listing.whiteouts].map((path) => path.toLowerCase())),
        opaques: new Set([...listing.opaques].map((path) => path.toLowerCase())),
    };
    FOLDED.set(listing, folded);
    return folded;
}
/** What the layers, the top one first, have there; `deeper` when only a layer below them can tell. */
function findFolded(layers, path) {
    const wanted = path.toLowerCase();
    for (const listing of layers) {
        const { entries, whiteouts, opaques } = foldedOf(listing);
        const written = entries.get(wanted);
        const entry = written === undefined ? undefined : listing.entries.get(written);
        if (written !== undefined && entry !== undefined)
            return { path: written, entry, layer: listing.digest };
        if (whiteouts.has(wanted))
            return 'absent';
        for (let above = (0,rootfs_path/* parentOf */.gN)(wanted); above !== '/'; above = (0,rootfs_path/* parentOf */.gN)(above)) {
            if (whiteouts.has(above) || opaques.has(above))
                return 'absent';
            const directory = listing.entries.get(entries.get(above) ?? '');
            if (directory !== undefined && directory.type !== 'directory')
                return 'absent';
        }
    }
    return 'deeper';
}

;// CONCATENATED MODULE: ./lib/rootfs/implied-directory.js
/**
 * The metadata of a directory that a layer has without an entry of its own. docker makes such a directory 0755;
 * containerd takes mode and owner from the layers below, each by itself, the first that has something at that path.
 * containerd's answer is the one given, because it is the stricter one.
 */





/**
 * `below` are the layers under the one that implies it, from the top. Null: none of them has it.
 * @throws {Failure} E_TAR when containerd refuses to unpack it
 */
function impliedDirectory(path, below) {
    let current = path;
    for (const layer of below) {
        const reached = follow(current, layer);
        if (reached === 'not-a-directory') {
            const where = `layer ${(0,oci_digest/* shortDigest */.VK)(layer.digest)}`;
            const text = `"${path}" has no entry of its own in its layer, and something else than a directory on its way in ${where}: containerd refuses that`;
            throw new base_failure/* Failure */.HR('E_TAR', text, 'give the directory an entry in the layer that uses it');
        }
        const entry = layer.entries.get(reached);
        if (reached === '/' || layer.whiteouts.has(reached))
            return { entry: IMPLIED_DIRECTORY, from: null };
        if (entry === undefined)
            continue;
        if (entry.type !== 'directory')
            return { entry: IMPLIED_DIRECTORY, from: null };
        if (entry.implied !== true)
            return { entry, from: layer };
        current = reached;
    }
    return null;
}
/** Where a path leads inside one layer alone, symlinks followed as far as there is something. */
function follow(path, layer) {
    const pending = (0,rootfs_path/* componentsOf */.ct)(path);
    let current = '/';
    let hops = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
        if (name === '' || name === '.')
            continue;
        if (name === '..') {
            current = (0,rootfs_path/* parentOf */.gN)(current);
            continue;
        }
        const blocked = layer.whiteouts.has(current) || (layer.entries.get(current)?.type ?? 'directory') !== 'directory';
        if (blocked)
            return 'not-a-directory';
        const next = (0,rootfs_path/* joinPath */.uJ)(current, name);
        const target = layer.entries.get(next)?.target;
        if (target === undefined) {
            current = next;
            continue;
        }
        if (++hops > limits/* LIMITS */.b.symlinkHops)
            return 'not-a-directory';
        pending.push(...(0,rootfs_path/* componentsOf */.ct)(target));
        if (target.startsWith('/'))
            current = '/';
    }
    return current;
}

;// CONCATENATED MODULE: ./lib/rootfs/rootfs.js
/**
 * The merged view of a platform image's layers, as overlayfs shows it (Documentation/filesystems/overlayfs.rst):
 * an upper entry hides a lower one, two directories merge unless the upper is opaque, a whiteout hides what is
 * below. Nothing is copied: a look-up walks the listings from the top. Left out on purpose: redirect_dir and
 * metacopy, which no image layer uses.
 */







/**
 * The answer lies in a layer that is not mounted yet. Not an error: the driver catches it, mounts the next
 * layer and asks again, so that everything above stays a plain function of the layers read so far.
 */
class LayerNeeded extends Error {
    name = 'LayerNeeded';
}
class RootFs {
    /** The top layer first. */
    #layers;
    #complete;
    #lookups = 0;
    /** What {@link RootFs.#depthOf} found so far. */
    #depths = new Map();
    /** The uppermost layer whose root is opaque; -1 when there is none. */
    #opaqueRoot;
    /** Directories that the runtime makes before anything starts. */
    #made;
    constructor(layers, complete, made = new Set()) {
        this.#layers = layers;
        this.#made = made;
        this.#opaqueRoot = layers.findIndex(({ opaques }) => opaques.has('/'));
        this.#complete = complete;
        this.#depths.set('/', Infinity);
    }
    /** Every layer of the image, the top one first. */
    static of(layersTopFirst) {
        return new RootFs(layersTopFirst, true);
    }
    /** Only the upper layers: look-ups that reach below them throw {@link LayerNeeded}. */
    static ofUpper(layersTopFirst) {
        return new RootFs(layersTopFirst, false);
    }
    /** Whether all layers are mounted and none has an entry. */
    isEmpty() {
        return this.#complete && this.#layers.every(({ entries }) => entries.size === 0);
    }
    /** The same with a directory, and those above it, where the image has nothing. */
    withDirectory(path) {
        const made = new Set(this.#made);
        for (let directory = path; directory !== '/'; directory = (0,rootfs_path/* parentOf */.gN)(directory))
            made.add(directory);
        return new RootFs(this.#layers, this.#complete, made);
    }
    /**
     * The entry at a canonical absolute path, without following symlinks; null when there is none.
     * @throws {LayerNeeded}
     * @throws {Failure} E_TAR when engines disagree about it, see {@link refuseBelowOpaqueRoot}; E_LIMIT
     */
    lookup(path) {
        if (++this.#lookups > limits/* LIMITS */.b.lookups)
            throw tooWinding();
        // Engines make the root themselves, 0755, and pass over the root's own entry in a layer.
        if (path === '/')
            return { path, entry: IMPLIED_DIRECTORY, layer: null };
        const found = this.#find(path);
        return found === null && this.#made.has(path) ? { path, entry: IMPLIED_DIRECTORY, layer: null } : found;
    }
    /** As {@link lookup} in the eyes of Windows, where case does not matter. @throws {LayerNeeded} */
    lookupIgnoringCase(path) {
        const found = findFolded(this.#layers, path);
        if (found === 'deeper' && !this.#complete)
            throw new LayerNeeded(path);
        return typeof found === 'string' ? null : found;
    }
    #find(path) {
        const depth = this.#depthOf((0,rootfs_path/* parentOf */.gN)(path));
        for (const [index, layer] of this.#layers.entries()) {
            if (index >= depth)
                return null;
            if (layer.whiteouts.has(path))
                return null;
            const entry = layer.entries.get(path);
            if (entry === undefined)
                continue;
            this.#refuseBelowOpaqueRoot(index, path);
            return entry.implied === true ? this.#implied(index, path) : { path, entry, layer: layer.digest };
        }
        if (depth === Infinity && !this.#complete)
            throw new LayerNeeded(path);
        return null;
    }
    /** The entry at a canonical path and those that it hides, the visible one first, as far as layers were read. */
    versions(path) {
        const depth = this.#depthOf((0,rootfs_path/* parentOf */.gN)(path));
        const found = [];
        for (const [index, layer] of this.#layers.entries()) {
            if (index >= depth || layer.whiteouts.has(path))
                break;
            const entry = layer.entries.get(path);
            if (entry !== undefined && entry.implied !== true)
                found.push({ path, entry, layer: layer.digest });
        }
        return found;
    }
    /**
     * Every visible entry but the root, the layers' order from the top.
     * @throws {LayerNeeded}
     * @throws {Failure} as {@link lookup}
     */
    *all() {
        if (!this.#complete)
            throw new LayerNeeded('/');
        const hidden = new Set();
        for (const [index, layer] of this.#layers.entries()) {
            const isLowest = index === this.#layers.length - 1;
            for (const [path, entry] of layer.entries) {
                if (hidden.has(path) || index >= this.#depthOf((0,rootfs_path/* parentOf */.gN)(path)))
                    continue;
                this.#refuseBelowOpaqueRoot(index, path);
                if (!isLowest)
                    hidden.add(path);
                if (entry.implied !== true)
                    yield { path, entry, layer: layer.digest };
                else
                    yield this.#implied(index, path);
            }
            for (const path of layer.whiteouts)
                hidden.add(path);
        }
    }
    /** A directory for which layer `index` has no entry. */
    #implied(index, path) {
        const found = impliedDirectory(path, this.#layers.slice(index + 1));
        if (found === null && !this.#complete)
            throw new LayerNeeded(path);
        return { path, entry: found?.entry ?? IMPLIED_DIRECTORY, layer: found?.from?.digest ?? null };
    }
    /**
     * From how many layers, counted from the top, the content of a directory comes; Infinity when nothing cuts it
     * off. What lies below a whiteout, below something that is no directory or below an opaque directory is cut off.
     */
    #depthOf(directory) {
        const known = this.#depths.get(directory);
        if (known !== undefined)
            return known;
        const depth = this.#cutOf(directory, this.#depthOf((0,rootfs_path/* parentOf */.gN)(directory)));
        this.#depths.set(directory, depth);
        return depth;
    }
    #cutOf(directory, depth) {
        for (const [index, layer] of this.#layers.entries()) {
            if (index >= depth)
                return depth;
            if (layer.whiteouts.has(directory))
                return index;
            const entry = layer.entries.get(directory);
            if (entry !== undefined && entry.type !== 'directory')
                return index;
            if (layer.opaques.has(directory))
                return index + 1;
        }
        return depth;
    }
    /**
     * image-spec hides everything below an opaque root, overlayfs shows it all the same: where that makes a
     * difference, nothing can be said.
     */
    #refuseBelowOpaqueRoot(index, path) {
        const opaque = this.#opaqueRoot;
        if (opaque === -1 || index <= opaque)
            return;
        const where = `layer ${(0,oci_digest/* shortDigest */.VK)(this.#layers[opaque]?.digest ?? '')}`;
        const text = `${where}: its root is opaque, and engines disagree whether that hides "${path}" of a lower layer`;
        throw new base_failure/* Failure */.HR('E_TAR', text, 'remove the entry .wh..wh..opq at the root of the layer');
    }
}
function tooWinding() {
    return new base_failure/* Failure */.HR('E_LIMIT', 'following the paths of the image takes too long: its symlinks lead through one another again and again', 'check what made these symlinks; let them lead straight to their targets');
}

;// CONCATENATED MODULE: ./lib/start/abi.js
/**
 * Whether the kernel of a platform takes an ELF file: `elf_check_arch` and `compat_elf_check_arch` of
 * arch/<name>/include/asm/elf.h, and the calling conventions that pass that check but that no kernel or loader of
 * the platform runs. Left out on purpose: processor levels (isa-level.ts) and formats that a host registers itself
 * (binfmt_misc), because an image cannot count on either.
 */


const NATIVE = { kind: 'native' };
const WRONG_MACHINE = { kind: 'wrong-machine' };
const ELFOSABI_ARM_FDPIC = 65;
const EF_MIPS_NAN2008 = 0x400;
const EF_MIPS_ABI_O32 = 0x1000;
function abi_wrongAbi(abi) {
    return { kind: 'wrong-abi', abi };
}
/** As the header really is: x86, ARM and POWER kernels look at neither EI_CLASS nor EI_DATA. */
function isLittle({ readAs }, bits) {
    return readAs.byteOrder === 'little' && readAs.class === bits;
}
function isBig({ readAs }, bits) {
    return readAs.byteOrder === 'big' && readAs.class === bits;
}
/** These kernels do compare EI_CLASS. */
function saysClass(elf) {
    return elf.class === elf.readAs.class;
}
/** `elf_check_arch_ia32` still takes the number of the 486. */
function isIa32(elf) {
    return (elf.machine === machines/* EM_386 */.$W || elf.machine === machines/* EM_486 */.WR) && isLittle(elf, 32);
}
function amd64(elf) {
    if (isIa32(elf))
        return { kind: 'compat-32-bit', hosts: 'most' };
    if (elf.machine !== machines/* EM_X86_64 */.pe)
        return WRONG_MACHINE;
    if (isLittle(elf, 64))
        return NATIVE;
    // Kernels are built with or without x32, and those with it (Debian's) switch it off unless syscall.x32=y is given.
    return isLittle(elf, 32) ? abi_wrongAbi('x32 (64-bit instructions with 32-bit pointers)') : WRONG_MACHINE;
}
/** arch/arm/kernel/elf.c, as far as it is the same for every kernel. */
function arm(elf) {
    if (elf.machine !== machines/* EM_ARM */.iD || !isLittle(elf, 32))
        return WRONG_MACHINE;
    if (elf.osAbi === ELFOSABI_ARM_FDPIC)
        return abi_wrongAbi('FDPIC (for processors without an MMU)');
    // The kernel takes OABI files, but their system calls end in SIGILL without CONFIG_OABI_COMPAT, which nobody ships.
    return isEabi(elf) ? NATIVE : abi_wrongAbi('the old ARM ABI (OABI)');
}
function isEabi(elf) {
    return (elf.flags & EF_ARM_EABIMASK) !== 0;
}
function arm64(elf) {
    if (elf.machine === machines/* EM_AARCH64 */.Nu && isLittle(elf, 64))
        return NATIVE;
    if (elf.machine === machines/* EM_AARCH64 */.Nu && isLittle(elf, 32))
        return abi_wrongAbi('ILP32 (32-bit pointers)');
    const asArm = arm(elf);
    return asArm.kind === 'native' ? { kind: 'compat-32-bit', hosts: 'few' } : asArm;
}
/** fs/binfmt_elf.c reads the header in its own byte order: a big-endian e_machine is another number to it. */
function ppc64le(elf) {
    if (elf.machine !== machines/* EM_PPC64 */.vM)
        return WRONG_MACHINE;
    if (isBig(elf, 64))
        return abi_wrongAbi('64-bit PowerPC, big-endian');
    if (!isLittle(elf, 64))
        return WRONG_MACHINE;
    return (elf.flags & EF_PPC64_ABI) === 1 ? abi_wrongAbi('the ELFv1 ABI') : NATIVE;
}
function ppc64(elf) {
    if (elf.machine === machines/* EM_PPC */.$f && isBig(elf, 32))
        return { kind: 'compat-32-bit', hosts: 'most' };
    if (elf.machine !== machines/* EM_PPC64 */.vM)
        return WRONG_MACHINE;
    if (isLittle(elf, 64))
        return abi_wrongAbi('64-bit PowerPC, little-endian');
    return isBig(elf, 64) ? NATIVE : WRONG_MACHINE;
}
function s390x(elf) {
    const isS390 = elf.machine === machines/* EM_S390 */.TC || elf.machine === machines/* EM_S390_OLD */.nV;
    if (!isS390 || !saysClass(elf))
        return WRONG_MACHINE;
    if (isBig(elf, 32))
        return { kind: 'compat-32-bit', hosts: 'most' };
    return isBig(elf, 64) ? NATIVE : WRONG_MACHINE;
}
/** `elf32_check_arch` of arch/mips: o32 only; n32 needs a 64-bit kernel with CONFIG_MIPS32_N32. */
function mipsO32(elf) {
    const abi = elf.flags & EF_MIPS_ABI;
    if ((elf.flags & EF_MIPS_ABI2) !== 0)
        return abi_wrongAbi('n32 (64-bit registers with 32-bit pointers)');
    if (abi !== 0 && abi !== EF_MIPS_ABI_O32)
        return abi_wrongAbi(abi === 0x2000 ? 'o64' : 'the MIPS EABI');
    return mipsNan(elf);
}
/** arch_check_elf refuses files of the other NaN encoding; processors before release 6 have the old one. */
function mipsNan(elf) {
    return (elf.flags & EF_MIPS_NAN2008) === 0 ? NATIVE : abi_wrongAbi('the IEEE 754-2008 NaN encoding');
}
function isMips(elf) {
    return elf.machine === machines/* EM_MIPS */.th && saysClass(elf);
}
function mips32(order) {
    return (elf) => (isMips(elf) && order(elf, 32) ? mipsO32(elf) : WRONG_MACHINE);
}
function mips64(order) {
    return (elf) => {
        if (!isMips(elf))
            return WRONG_MACHINE;
        if (order(elf, 64))
            return mipsNan(elf);
        if (!order(elf, 32))
            return WRONG_MACHINE;
        const as32 = mipsO32(elf);
        return as32.kind === 'native' ? { kind: 'compat-32-bit', hosts: 'most' } : as32;
    };
}
function only(machine) {
    return (elf) => (elf.machine === machine && isLittle(elf, 64) && saysClass(elf) ? NATIVE : WRONG_MACHINE);
}
/** By GOARCH, the image-spec's word for an architecture. */
const CHECKS = new Map([
    ['386', (elf) => (isIa32(elf) ? NATIVE : WRONG_MACHINE)],
    ['amd64', amd64],
    ['arm', arm],
    ['arm64', arm64],
    ['loong64', only(machines/* EM_LOONGARCH */.Ny)],
    ['mips', mips32(isBig)],
    ['mipsle', mips32(isLittle)],
    ['mips64', mips64(isBig)],
    ['mips64le', mips64(isLittle)],
    ['ppc64', ppc64],
    ['ppc64le', ppc64le],
    ['riscv64', only(machines/* EM_RISCV */.nq)],
    ['s390x', s390x],
]);
/** What a kernel of the platform's architecture does with this file. */
function abiOf(elf, platform) {
    return CHECKS.get(platform.architecture)?.(elf) ?? { kind: 'unknown-platform' };
}
/** The GOARCH name of the architecture that this file is native to; null for one that we do not know. */
function architectureOf(elf) {
    for (const [architecture, check] of CHECKS) {
        if (check(elf).kind === 'native')
            return architecture;
    }
    return null;
}

;// CONCATENATED MODULE: ./lib/start/command-line.js
/** An ENTRYPOINT of one empty word is none (mergeAndVerifyConfig of moby). */
function argvOf(process) {
    return [...entrypointOf(process), ...(process.cmd ?? [])];
}
/** Whose word the program is. */
function viaOf(process) {
    return entrypointOf(process).length > 0 ? 'ENTRYPOINT' : 'CMD';
}
function entrypointOf({ entrypoint }) {
    return entrypoint === null || (entrypoint.length === 1 && entrypoint[0] === '') ? [] : entrypoint;
}
/** null when there is no probe. The shell form runs under SHELL (getShell of moby's daemon/health.go). */
function healthcheckArgvOf({ healthcheck, shell }) {
    const [kind, ...words] = healthcheck ?? [];
    if (kind === 'CMD')
        return words.length === 0 ? null : words;
    if (kind !== 'CMD-SHELL')
        return null;
    return [...(shell !== null && shell.length > 0 ? shell : ['/bin/sh', '-c']), ...words];
}

;// CONCATENATED MODULE: ./lib/start/environment.js
/** The environment of the container's first process, as docker and runc make it from the image's Env. */
/** What runtimes set when the image's Env has no PATH (moby's DefaultPathEnv, containerd's defaultUnixEnv). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/**
 * The last of equal names wins, in PATH too; an entry without `=` removes its name, even the default PATH
 * (ReplaceOrAppendEnvValues of moby, replaceOrAppendEnvValues of containerd, prepareEnv of runc).
 */
function environmentOf(env) {
    const environment = new Map([['PATH', DEFAULT_PATH]]);
    for (const entry of env) {
        const at = entry.indexOf('=');
        if (at < 0)
            environment.delete(entry);
        else
            environment.set(entry.slice(0, at), entry.slice(at + 1));
    }
    return environment;
}

;// CONCATENATED MODULE: ./lib/start/capabilities.js
/** include/uapi/linux/capability.h, in order. */
const NAMES = 'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service ' +
    'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct ' +
    'sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap ' +
    'mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore';
const CAPABILITIES = NAMES.split(' ');
/** CAP_VALID_MASK: the kernel drops other bits. */
const KNOWN = (1n << BigInt(CAPABILITIES.length)) - 1n;
/** In the default set of docker and containerd (oci/caps/defaults.go of moby), of podman and of CRI-O. */
const GRANTED_EVERYWHERE = setOf('chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service');
/** Docker's and containerd's alone. */
const GRANTED_BY_DOCKER = GRANTED_EVERYWHERE | setOf('net_raw sys_chroot mknod audit_write setfcap');
function capabilityRefusalOf({ permitted, effective }) {
    if (!effective)
        return null;
    const lacking = permitted & KNOWN & ~GRANTED_BY_DOCKER;
    if (lacking !== 0n)
        return refusal(lacking, 'certain');
    const rare = permitted & KNOWN & ~GRANTED_EVERYWHERE;
    return rare === 0n ? null : refusal(rare, 'possible');
}
/** Whether the process has more than before: it is then AT_SECURE. */
function gainsCapabilities({ permitted, effective }) {
    return effective || (permitted & GRANTED_BY_DOCKER) !== 0n;
}
function refusal(lacking, certainty) {
    return { kind: 'capabilities-not-granted', capabilities: namesOf(lacking), certainty };
}
function setOf(names) {
    return names.split(' ').reduce((set, name) => set | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n);
}
function namesOf(set) {
    return Array.from({ length: 64 }, (_, bit) => bit)
        .filter((bit) => (set & (1n << BigInt(bit))) !== 0n)
        .map((bit) => `cap_${CAPABILITIES[bit] ?? bit}`);
}

;// CONCATENATED MODULE: ./lib/start/carriage-return.js
/** A name that ends in CR is one that a Windows line end became part of. */
function withCr(name, refusal) {
    const isAbsence = refusal.kind === 'missing' || refusal.kind === 'not-in-path';
    if (!isAbsence || !name.endsWith('\r'))
        return refusal;
    return { kind: 'crlf', where: 'command', word: name, certainty: 'certain' };
}

;// CONCATENATED MODULE: ./lib/start/file-access.js
const READ = 4;
const WRITE = 2;
const EXECUTE = 1;
const ANY_EXECUTE = 0o111;
/** Root has CAP_DAC_OVERRIDE in every runtime's default set: it lacks only the execution of files without any x bit. */
const ROOT_ACCESS = {
    mayRead: () => true,
    mayWrite: () => true,
    mayExecute: ({ entry }) => (entry.mode & ANY_EXECUTE) !== 0,
    maySearch: () => true,
};
function accessOf(credentials) {
    if (credentials.uid === 0)
        return ROOT_ACCESS;
    const bits = (entry) => bitsFor(credentials, entry);
    return {
        mayRead: ({ entry }) => (bits(entry) & READ) !== 0,
        mayWrite: ({ entry }) => (bits(entry) & WRITE) !== 0,
        mayExecute: ({ entry }) => (bits(entry) & EXECUTE) !== 0,
        maySearch: ({ entry }) => (bits(entry) & EXECUTE) !== 0,
    };
}
/** Only one class counts: an owner without the bit is refused although others have it. */
function bitsFor({ uid, gid, groups }, entry) {
    if (entry.uid === uid)
        return (entry.mode >> 6) & 7;
    if (entry.gid === gid || groups.includes(entry.gid))
        return (entry.mode >> 3) & 7;
    return entry.mode & 7;
}

;// CONCATENATED MODULE: ./lib/start/after-exec.js
/** Who the process is once the program runs: bprm_fill_uid of fs/exec.c, and AT_SECURE of cap_bprm_creds_from_file. */


const S_ISUID = 0o4000;
const S_ISGID_AND_IXGRP = 0o2010;
function afterExec(execution, file) {
    const { mode, uid, gid, capabilities } = file.located.entry;
    const { credentials } = execution;
    const effective = {
        uid: (mode & S_ISUID) === 0 ? credentials.uid : uid,
        gid: (mode & S_ISGID_AND_IXGRP) === S_ISGID_AND_IXGRP ? gid : credentials.gid,
        groups: credentials.groups,
    };
    const isOther = effective.uid !== credentials.uid || effective.gid !== credentials.gid;
    const gains = capabilities !== undefined && gainsCapabilities(capabilities) && credentials.uid !== 0;
    if (!isOther && !gains)
        return execution;
    return { ...execution, credentials: effective, access: accessOf(effective), mode: 'secure' };
}

;// CONCATENATED MODULE: ./lib/elf/fields.js
/** Numbers out of bytes in a file's own class and byte order. Reading past the end gives 0, as zero padding would. */
class Fields {
    length;
    /** Bytes of an address or offset: 4 or 8. */
    wordSize;
    #view;
    #little;
    constructor(bytes, layout) {
        this.length = bytes.length;
        this.wordSize = layout.class === 64 ? 8 : 4;
        this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.#little = layout.byteOrder === 'little';
    }
    u8(at) {
        return at >= 0 && at < this.length ? this.#view.getUint8(at) : 0;
    }
    u16(at) {
        return this.#has(at, 2) ? this.#view.getUint16(at, this.#little) : 0;
    }
    u32(at) {
        return this.#has(at, 4) ? this.#view.getUint32(at, this.#little) : 0;
    }
    u64(at) {
        return this.#has(at, 8) ? this.#view.getBigUint64(at, this.#little) : 0n;
    }
    /** An address, offset or size: Elf32_Addr or Elf64_Addr. */
    word(at) {
        return this.wordSize === 8 ? this.u64(at) : BigInt(this.u32(at));
    }
    #has(at, size) {
        return at >= 0 && at + size <= this.length;
    }
}
/** A claimed 64-bit offset or size as a number; what no file can reach becomes Infinity. */
function toNumber(claim) {
    return claim > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(claim);
}

;// CONCATENATED MODULE: ./lib/elf/header.js



const HEADER_BYTES = { 32: 52, 64: 64 };
const PROGRAM_HEADER_BYTES = { 32: 32, 64: 56 };
const SECTION_HEADER_BYTES = { 32: 40, 64: 64 };
const CLASSES = new Map([
    [ELFCLASS32, 32],
    [ELFCLASS64, 64],
]);
const BYTE_ORDERS = new Map([
    [ELFDATA2LSB, 'little'],
    [ELFDATA2MSB, 'big'],
]);
/** `head`: the first bytes of the file; what is missing reads as zero, as in the kernel's zeroed buffer. */
function parseHeader(head) {
    const elfClass = CLASSES.get(head[EI_CLASS] ?? 0) ?? null;
    const byteOrder = BYTE_ORDERS.get(head[EI_DATA] ?? 0) ?? null;
    const readAs = layoutOf(head, elfClass, byteOrder);
    const fields = new Fields(head, readAs);
    const wide = readAs.class === 64;
    return {
        class: elfClass,
        byteOrder,
        readAs,
        osAbi: fields.u8(EI_OSABI),
        abiVersion: fields.u8(EI_ABIVERSION),
        type: fields.u16(16),
        machine: fields.u16(18),
        version: fields.u32(20),
        entry: fields.word(24),
        programHeaderOffset: fields.word(wide ? 32 : 28),
        sectionHeaderOffset: fields.word(wide ? 40 : 32),
        flags: fields.u32(wide ? 48 : 36),
        programHeaderEntrySize: fields.u16(wide ? 54 : 42),
        programHeaderCount: fields.u16(wide ? 56 : 44),
        sectionHeaderEntrySize: fields.u16(wide ? 58 : 46),
        sectionHeaderCount: fields.u16(wide ? 60 : 48),
    };
}
/** The claimed layout, unless only the other one makes sense of the header. */
function layoutOf(head, elfClass, byteOrder) {
    const orders = byteOrder === 'big' ? ['big', 'little'] : ['little', 'big'];
    const known = orders.find((order) => (0,machines/* isKnownMachine */.l8)(new Fields(head, { class: 32, byteOrder: order }).u16(18)));
    const order = known ?? orders[0];
    const classes = elfClass === 32 ? [32, 64] : [64, 32];
    const fields = new Fields(head, { class: 32, byteOrder: order });
    const fitting = classes.find((candidate) => fields.u16(candidate === 64 ? 54 : 42) === PROGRAM_HEADER_BYTES[candidate]);
    return { class: fitting ?? classes[0], byteOrder: order };
}

;// CONCATENATED MODULE: ./lib/start/elf-image.js
/**
 * What `load_elf_binary` of fs/binfmt_elf.c (Linux 6.x) demands of a file whose machine is right: header, program
 * headers, PT_INTERP, and then, past the point of no return, segments that can be mapped (elf-mapping.ts). It looks
 * at neither EI_CLASS, EI_DATA, EI_VERSION, EI_OSABI, e_version, e_ehsize, e_flags nor at any section.
 */



/** A table of program headers larger than a page of 4 KiB is refused by load_elf_phdrs up to Linux 6.12. */
const MAX_TABLE = 4096;
/** What every kernel refuses: one of 6.18 took a table of more than a page when it was asked. */
const MAX_TABLE_OF_ANY = 65_536;
const PATH_MAX = 4096;
const TYPES = new Map([
    [ET_REL, 'it is an object file (ET_REL) that was never linked'],
    [ET_CORE, 'it is a core dump (ET_CORE)'],
]);
/**
 * What is wrong even before the machine matters: a file that ends within its header, or a header of nothing but
 * noise. Null when the machine is worth a look.
 */
function noiseOf(elf) {
    const size = HEADER_BYTES[elf.readAs.class];
    if (elf.fileSize < size) {
        return noexec(`the file ends after ${elf.fileSize} of the ${size} bytes of an ELF header`);
    }
    return (0,machines/* isKnownMachine */.l8)(elf.machine) ? null : typeFaultOf(elf);
}
/** What makes execve(2) itself fail, in the kernel's order. */
function headerFaultOf(elf) {
    return typeFaultOf(elf) ?? tableFaultOf(elf) ?? interpreterFaultOf(elf);
}
function typeFaultOf({ type }) {
    if (type === ET_EXEC || type === ET_DYN)
        return null;
    return noexec(TYPES.get(type) ?? `e_type is ${type} and must be ET_EXEC or ET_DYN`);
}
function tableFaultOf(elf) {
    const size = PROGRAM_HEADER_BYTES[elf.readAs.class];
    const { programHeaderCount: count, programHeaderEntrySize: entrySize } = elf;
    if (entrySize !== size)
        return noexec(`e_phentsize is ${entrySize} and must be ${size}`);
    if (count === 0)
        return noexec('it has no program headers');
    const bytes = count * size;
    if (hasProblem(elf, 'program-headers', 'cut')) {
        return noexec('the program header table lies behind the end of the file');
    }
    if (bytes <= MAX_TABLE)
        return null;
    const text = `its ${count} program headers take ${bytes} bytes; most kernels take at most ${MAX_TABLE}`;
    return noexec(text, bytes > MAX_TABLE_OF_ANY ? 'certain' : 'possible');
}
/** A size and a last byte of zero is all that is asked for; what the path says is seen when it is opened. */
function interpreterFaultOf({ interpreter, programHeaders, fileSize }) {
    const header = programHeaders.find(({ type }) => type === PT_INTERP);
    if (interpreter === null || header === undefined)
        return null;
    const { size } = interpreter;
    if (size < 2)
        return noexec(`PT_INTERP has ${size} bytes, which is no path`);
    if (size > PATH_MAX)
        return noexec(`PT_INTERP has ${size} bytes, more than a path may have (${PATH_MAX})`);
    if (header.offset + header.fileSize > BigInt(fileSize)) {
        return fault('PT_INTERP lies behind the end of the file', { kind: 'errno', errno: 'EIO' });
    }
    return interpreter.terminated
        ? null
        : noexec("the loader's path in PT_INTERP does not end with a NUL byte");
}
function hasProblem(elf, part, kind) {
    return elf.problems.some((problem) => problem.part === part && problem.kind === kind);
}
function noexec(text, certainty = 'certain') {
    return fault(text, { kind: 'errno', errno: 'ENOEXEC' }, certainty);
}
function fault(text, outcome, certainty = 'certain') {
    return { text, outcome, certainty };
}

;// CONCATENATED MODULE: ./lib/start/elf-mapping.js
/**
 * The memory that the kernel makes of PT_LOAD segments (elf_load, load_elf_binary of fs/binfmt_elf.c; mm/mmap.c) and
 * what of it must be there for the first instruction. Everything here is past the point of no return: the process is
 * killed instead of execve(2) failing. Addresses are those of the file: a load bias moves all of them alike.
 */


const PAGE = 4096n;
/** vm.mmap_min_addr: 64 KiB in practice, 4 KiB at the least; root of a container has no CAP_SYS_RAWIO to go below. */
const USUAL_LOWEST = 0x10000n;
/** Anonymous memory that no machine has, and that many have not (the kernel's heuristic overcommit refuses it). */
const NO_MACHINE = 1n << 44n;
const FEW_MACHINES = 1n << 36n;
/** Null when the program gets to its first instruction and that instruction can be fetched. */
function mappingFaultOf(elf) {
    const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
    if (loads.length === 0)
        return killed('it has no PT_LOAD segment: there is nothing to run');
    for (const load of loads) {
        const fault = segmentFaultOf(elf, load);
        if (fault !== null)
            return fault;
    }
    return (spanFaultOf(elf, loads) ??
        entryFaultOf(elf, loads) ??
        dynamicFaultOf(elf, loads) ??
        cutFaultOf(elf, loads));
}
/** TASK_SIZE, with the usual size of page tables. */
function taskSize({ machine, readAs }) {
    if (readAs.class === 32)
        return 1n << 32n;
    return machine === machines/* EM_X86_64 */.pe ? (1n << 47n) - PAGE : 1n << 48n;
}
function segmentFaultOf(elf, load) {
    const { virtualAddress: start, fileSize, memorySize, offset } = load;
    const limit = taskSize(elf);
    const at = `the segment at ${hex(start)}`;
    if (fileSize > memorySize)
        return killed(`${at} has more bytes in the file (${fileSize}) than in memory (${memorySize})`);
    if (start >= limit || memorySize > limit || limit - memorySize < start)
        return killed(`${at} lies outside of the address space`);
    if (fileSize > 0n && offset % PAGE !== start % PAGE) {
        return killed(`${at} cannot be mapped: its address and its offset ${hex(offset)} lie differently in their pages`);
    }
    if (elf.type === ET_EXEC && start < USUAL_LOWEST) {
        return killed(`${at} lies below the lowest address that may be mapped`, start < PAGE ? 'certain' : 'possible');
    }
    const zeros = memorySize - fileSize;
    if (zeros > FEW_MACHINES)
        return killed(`${at} wants ${zeros} bytes of zeros`, zeros > NO_MACHINE ? 'certain' : 'possible');
    // padzero: the rest of the last page is cleared, which fails where the file has no such page.
    const padded = fileSize > 0n && zeros > 0n && (load.flags & PF_W) !== 0 && (start + fileSize) % PAGE !== 0n;
    return padded && offset + fileSize > pageUp(BigInt(elf.fileSize)) ? cutOff(elf, load, 'SIGSEGV') : null;
}
/** total_mapping_size: a program without fixed addresses is mapped as one piece first. */
function spanFaultOf(elf, loads) {
    if (elf.type !== ET_DYN)
        return null;
    const starts = loads.map(({ virtualAddress }) => pageDown(virtualAddress));
    const ends = loads.map(({ virtualAddress, memorySize }) => virtualAddress + memorySize);
    const span = ends.reduce(larger) - starts.reduce(smaller);
    return span > taskSize(elf) / 2n ? killed(`its segments span ${hex(span)} bytes`) : null;
}
/** The first instruction; with a loader in between it is only reached later. */
function entryFaultOf(elf, loads) {
    const { entry } = elf;
    const page = pageOf(loads, entry);
    const at = `the entry point ${hex(entry)}`;
    if (page === null)
        return killed(`${at} lies in no segment`);
    if (page.source === 'zeros')
        return killed(`${at} lies in memory that no byte of the file fills`);
    if (page.offset >= pageUp(BigInt(elf.fileSize)))
        return cutOff(elf, page.load, 'SIGBUS');
    if ((page.load.flags & PF_X) === 0 && hasNoExecute(elf))
        return killed(`${at} lies in a segment that is not executable`);
    return null;
}
/** Whoever relocates the program (its loader, or a static PIE itself) reads PT_DYNAMIC first. */
function dynamicFaultOf(elf, loads) {
    const dynamic = elf.programHeaders.find(({ type }) => type === PT_DYNAMIC);
    if (dynamic === undefined || elf.interpreter === null)
        return null;
    const page = pageOf(loads, dynamic.virtualAddress);
    const cut = page?.source === 'file' && page.offset >= pageUp(BigInt(elf.fileSize));
    return cut ? cutOff(elf, page.load, 'SIGBUS') : null;
}
/** Bytes that are gone without anybody knowing whether the program ever looks at them. */
function cutFaultOf(elf, loads) {
    const cut = loads.find(({ offset, fileSize }) => fileSize > 0n && offset + fileSize > BigInt(elf.fileSize));
    return cut === undefined ? null : { ...cutOff(elf, cut, 'SIGBUS'), certainty: 'possible' };
}
/** What is mapped there in the end: later segments lie over earlier ones, whole pages at a time. */
function pageOf(loads, address) {
    const page = pageDown(address);
    for (const load of loads.toReversed()) {
        const { virtualAddress: start, fileSize, memorySize, offset } = load;
        const fileEnd = fileSize > 0n ? pageUp(start + fileSize) : pageDown(start);
        if (memorySize > fileSize && page >= fileEnd && page < pageUp(start + memorySize)) {
            return { load, source: 'zeros', offset: 0n };
        }
        if (page >= pageDown(start) && page < fileEnd) {
            return { load, source: 'file', offset: pageDown(offset) + page - pageDown(start) };
        }
    }
    return null;
}
/** 64-bit machines with execute permission of their own on every page; the others run what they can read. */
function hasNoExecute({ machine, readAs }) {
    return readAs.class === 64 && machine !== machines/* EM_S390 */.TC && machine !== machines/* EM_MIPS */.th;
}
function cutOff(elf, load, signal) {
    const end = load.offset + load.fileSize;
    const text = `the file is cut off: it has ${elf.fileSize} bytes, and its segment at ${hex(load.virtualAddress)} needs it to have ${end}`;
    return { text, outcome: { kind: 'signal', signal }, certainty: 'certain' };
}
function killed(text, certainty = 'certain') {
    return { text, outcome: { kind: 'signal', signal: 'SIGSEGV' }, certainty };
}
function pageDown(address) {
    return address - (address % PAGE);
}
function pageUp(address) {
    return pageDown(address + PAGE - 1n);
}
function hex(value) {
    return `0x${value.toString(16)}`;
}
function larger(one, other) {
    return one > other ? one : other;
}
function smaller(one, other) {
    return one < other ? one : other;
}

// EXTERNAL MODULE: ./lib/rootfs/resolve.js
var resolve = __webpack_require__(1087);
;// CONCATENATED MODULE: ./lib/start/env-split.js
/** `env -S`: the words of a string as build_argv of coreutils' src/env.c splits them. */
const BLANK = /[ \t\n\v\f\r]/;
const ESCAPES = {
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '#': '#',
    $: '$',
    '"': '"',
    "'": "'",
    '\\': '\\',
};
/** null when env refuses the string: an unknown escape, an open quote, `$` without braces. */
function splitEnvString(text, environment) {
    const words = [];
    let word = null;
    let quote = '';
    for (let at = 0; at < text.length; at++) {
        const character = text[at] ?? '';
        if (quote === '' && BLANK.test(character)) {
            if (word !== null)
                words.push(word);
            word = null;
        }
        else if (quote === '' && character === '#' && word === null)
            break;
        else if (character === quote)
            quote = '';
        else if (quote === '' && (character === '"' || character === "'")) {
            quote = character;
            word ??= '';
        }
        else if (character === '\\') {
            const next = text[++at] ?? '';
            if (quote === "'" && next !== '\\' && next !== "'")
                word = `${word ?? ''}\\${next}`;
            else if (next === 'c' && quote === '')
                break;
            else if (next === '_' && quote === '') {
                if (word !== null)
                    words.push(word);
                word = null;
            }
            else {
                const meant = next === '_' ? ' ' : ESCAPES[next];
                if (meant === undefined)
                    return null;
                word = (word ?? '') + meant;
            }
        }
        else if (character === '$' && quote !== "'") {
            const name = /^\{([A-Za-z_]\w*)\}/.exec(text.slice(at + 1));
            if (name === null)
                return null;
            at += name[0].length;
            const value = environment.get(name[1] ?? '');
            // A variable that is not set makes no word of its own.
            if (value !== undefined)
                word = (word ?? '') + value;
        }
        else
            word = (word ?? '') + character;
    }
    if (quote !== '')
        return null;
    return word === null ? words : [...words, word];
}

;// CONCATENATED MODULE: ./lib/start/launcher.js
/** How a tool looks up and starts its child. */
function launcherOf(tool, search) {
    return { name: tool.name, search, unknownFile: search === 'LookPath' ? 'refused' : unknownFileOf(tool) };
}
/**
 * Behind ENOEXEC glibc's execvp starts /bin/sh with the file (maybe_script_execute of posix/execvpe.c); musl's does
 * not. A static tool does not show which of the two it was linked with.
 */
function unknownFileOf({ program }) {
    const loader = program.elf.interpreter?.path;
    if (loader === undefined)
        return 'perhaps-read-by-shell';
    return loader.includes('ld-musl') ? 'refused' : 'read-by-shell';
}

;// CONCATENATED MODULE: ./lib/start/options.js
/** null when there is an option that the syntax does not have, or one lacks its value. */
function parseOptions(args, syntax) {
    const options = [];
    let at = 0;
    for (; at < args.length; at++) {
        const word = args[at] ?? '';
        if (word === '--')
            return { options, rest: args.slice(at + 1) };
        if (word === '-' || !word.startsWith('-'))
            break;
        const next = args[at + 1];
        const parsed = word.startsWith('--')
            ? parseLong(word.slice(2), next, syntax)
            : parseShort(word, next, syntax);
        if (parsed === null)
            return null;
        options.push(...parsed.options);
        if (parsed.tookNext)
            at++;
    }
    return { options, rest: args.slice(at) };
}
function parseLong(word, next, syntax) {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    if (syntax.longFlags?.includes(name) === true && equals === -1)
        return { options: [[name, '']], tookNext: false };
    if (syntax.longValues?.includes(name) !== true)
        return null;
    if (equals !== -1)
        return { options: [[name, word.slice(equals + 1)]], tookNext: false };
    return next === undefined ? null : { options: [[name, next]], tookNext: true };
}
function parseShort(word, next, syntax) {
    const options = [];
    for (let at = 1; at < word.length; at++) {
        const letter = word[at] ?? '';
        if (syntax.values.includes(letter)) {
            const value = at + 1 < word.length ? word.slice(at + 1) : next;
            if (value === undefined)
                return null;
            return { options: [...options, [letter, value]], tookNext: at + 1 === word.length };
        }
        if (!syntax.flags.includes(letter))
            return null;
        options.push([letter, '']);
    }
    return { options, tookNext: false };
}

;// CONCATENATED MODULE: ./lib/start/env-command.js
/** env(1) of GNU coreutils and of busybox: options, assignments, and the command with the environment they make. */




const GNU = {
    flags: 'i0v',
    values: 'CuSa',
    longFlags: [
        'ignore-environment',
        'null',
        'debug',
        'list-signal-handling',
        'help',
        'version',
        'block-signal',
        'default-signal',
        'ignore-signal',
    ],
    longValues: ['unset', 'chdir', 'split-string', 'argv0', 'block-signal', 'default-signal', 'ignore-signal'],
};
const BUSYBOX = {
    flags: 'i0',
    values: 'u',
    longFlags: ['ignore-environment'],
    longValues: ['unset'],
};
const ASSIGNMENT = /^([^=]*)=([^]*)$/;
function envChild(execution, tool) {
    const { recording } = execution;
    const { step, path, role } = tool.program;
    const words = tool.family === 'own' ? expandSplits(execution, tool.args) : tool.args;
    const parsed = words === null ? null : parseOptions(words, tool.family === 'own' ? GNU : BUSYBOX);
    if (parsed === null) {
        const fault = env_command_faultOf(tool);
        if (fault !== null)
            recording.refuse(step, { kind: 'malformed-shebang', fault });
        else
            recording.leaveOut(`what ${path} starts: its options are not known here`);
        return [];
    }
    const circumstances = circumstancesOf(execution, parsed.options);
    if (circumstances === null) {
        recording.leaveOut(`what ${path} starts: it goes to another directory first`);
        return [];
    }
    const rest = parsed.rest[0] === '-' ? parsed.rest.slice(1) : parsed.rest;
    const environment = new Map(parsed.rest[0] === '-' ? [] : circumstances.environment);
    let at = 0;
    for (let match = ASSIGNMENT.exec(rest[0] ?? ''); match !== null; match = ASSIGNMENT.exec(rest[++at] ?? '')) {
        environment.set(match[1] ?? '', match[2] ?? '');
    }
    const argv = rest.slice(at);
    if (argv.length === 0)
        return [];
    const launcher = launcherOf(tool, 'execvp');
    const command = { argv, tail: tool.tail, by: step, via: 'env', launcher };
    const child = { ...circumstances, environment };
    return [
        { execution: child, command: { ...command, role: role === 'interpreter' ? 'interpreter' : 'child' } },
    ];
}
/** Replaces `-S STRING` by the words of the string, which may be options again; null when they cannot be known. */
function expandSplits(execution, args) {
    const at = args.findIndex((word) => !word.startsWith('-') || word === '-' || word === '--' || isSplitOption(word));
    const word = args[at];
    if (word === undefined || !isSplitOption(word))
        return args;
    const [, letters = '', attached = ''] = /^-([iv0]*)S([^]*)$/.exec(word) ?? /^--split-string()=?([^]*)$/.exec(word) ?? [];
    const inNext = attached === '' && !word.endsWith('=');
    const words = splitEnvString(inNext ? (args[at + 1] ?? '') : attached, execution.environment);
    if (words === null)
        return null;
    const flags = letters === '' ? [] : [`-${letters}`];
    return expandSplits(execution, [
        ...args.slice(0, at),
        ...flags,
        ...words,
        ...args.slice(at + (inNext ? 2 : 1)),
    ]);
}
/** `-i node` in one word: neither env has an option that is a blank. */
function env_command_faultOf({ args: [first = ''], family }) {
    if (family === 'busybox' && isSplitOption(first))
        return 'env-without-split';
    return /^-[iv0]+[ \t]/.test(first) ? 'options-in-one-word' : null;
}
function isSplitOption(word) {
    return word !== undefined && (/^-[iv0]*S/.test(word) || /^--split-string(?:=|$)/.test(word));
}
function circumstancesOf(execution, options) {
    let environment = new Map(execution.environment);
    let { workingDir } = execution;
    for (const [name, value] of options) {
        if (name === 'i' || name === 'ignore-environment')
            environment = new Map();
        else if (name === 'u' || name === 'unset')
            environment.delete(value);
        else if (name === 'C' || name === 'chdir') {
            const walk = (0,resolve/* resolve */.h)(execution.rootfs, value, { from: workingDir });
            if (walk.kind !== 'found' || walk.located.entry.type !== 'directory')
                return null;
            workingDir = walk.located.path;
        }
    }
    return { ...execution, environment, workingDir };
}

;// CONCATENATED MODULE: ./lib/start/open-exec.js

/** open_exec: an empty path is the working directory itself. @throws {LayerNeeded} */
function openExec(execution, path) {
    const walk = (0,resolve/* resolve */.h)(execution.rootfs, path === '' ? '.' : path, { from: execution.workingDir });
    const closed = walk.directories.find((directory) => !execution.access.maySearch(directory));
    if (closed !== undefined) {
        const refusal = {
            kind: 'not-searchable',
            at: closed.path,
            owner: ownershipOf(closed.entry),
        };
        return { kind: 'refused', refusal, file: null };
    }
    if (walk.kind === 'runtime-mount')
        return { kind: 'outside', at: walk.at };
    if (walk.kind !== 'found')
        return { kind: 'refused', refusal: lookupRefusal(walk), file: null };
    const file = { path, located: walk.located, hops: walk.hops };
    const refusal = refusalOf(execution, walk.located);
    return refusal === null ? { kind: 'opened', file } : { kind: 'refused', refusal, file };
}
function lookupRefusal(walk) {
    switch (walk.kind) {
        case 'missing':
            return { kind: 'missing', at: walk.at, link: walk.hops.at(-1) ?? null };
        case 'not-a-directory':
            return { kind: 'not-a-directory', at: walk.at };
        case 'loop':
            return { kind: 'symlink-loop', at: walk.at };
        case 'too-long':
            return { kind: 'name-too-long', at: walk.at };
    }
}
function refusalOf({ access }, located) {
    const { entry } = located;
    if (entry.type !== 'file' && entry.type !== 'symlink')
        return { kind: 'not-a-file', type: entry.type };
    return access.mayExecute(located) ? null : { kind: 'no-execute-permission', owner: ownershipOf(entry) };
}
function ownershipOf({ mode, uid, gid }) {
    return { mode, uid, gid };
}

;// CONCATENATED MODULE: ./lib/start/search-path.js
/**
 * From a name to a path: exec.LookPath of Go's os/exec (which runc asks before execve, after it became the user) and
 * execvp(3) of glibc and musl, which shells imitate.
 */


/** What execvp(3) takes when there is no PATH: that of glibc; musl's begins with /usr/local/bin. */
const PATH_OF_LIBC = '/bin:/usr/bin';
/** A name with a slash is a path already. @throws {LayerNeeded} */
function searchProgram(execution, name, search) {
    if (name.includes('/'))
        return { kind: 'found', path: name, searched: [] };
    const path = execution.environment.get('PATH') ?? null;
    const searched = [];
    const passedOver = [];
    for (const directory of directoriesOf(path, name, search)) {
        const candidate = candidateIn(directory, name, search);
        searched.push(directory || '.');
        const opened = openExec(execution, candidate);
        if (opened.kind === 'outside')
            return { kind: 'outside', at: opened.at };
        if (isTaken(execution, opened, search)) {
            const isRefused = search === 'LookPath' && !candidate.startsWith('/');
            const refusal = { kind: 'in-relative-path', directory, path: candidate };
            return isRefused
                ? { kind: 'refused', refusal, searched }
                : { kind: 'found', path: candidate, searched };
        }
        if (opened.kind === 'refused' && !isAbsence(opened.refusal.kind)) {
            passedOver.push({ path: candidate, refusal: opened.refusal });
        }
    }
    // execvp(3) and shells end with the EACCES that they met on the way; LookPath says that there is no such file.
    const closed = passedOver.find(({ refusal }) => refusal.kind === 'no-execute-permission');
    if (search === 'execvp' && closed !== undefined)
        return { kind: 'found', path: closed.path, searched };
    return { kind: 'refused', refusal: { kind: 'not-in-path', path, passedOver }, searched };
}
function directoriesOf(path, name, search) {
    if (name === '')
        return [];
    if (search === 'execvp')
        return (path ?? PATH_OF_LIBC).split(':');
    // filepath.Join would make a directory of `/usr/bin/.`, which LookPath never takes.
    return path === null || path === '' || name === '.' || name === '..' ? [] : path.split(':');
}
/** LookPath cleans the path as text (filepath.Join): `/link/../bin` is `/bin` wherever the link leads. */
function candidateIn(directory, name, search) {
    if (search === 'execvp')
        return directory === '' ? name : `${directory}/${name}`;
    return directory.startsWith('/') ? (0,rootfs_path/* canonicalPath */.Op)(`${directory}/${name}`) : `./${directory}/${name}`;
}
/** LookPath refuses directories only: a fifo with an x bit is found, and then refused by execve. */
function isTaken(execution, opened, search) {
    if (opened.kind === 'opened')
        return true;
    if (opened.kind !== 'refused' || search === 'execvp' || opened.file === null)
        return false;
    const isSpecial = opened.refusal.kind === 'not-a-file' && opened.refusal.type !== 'directory';
    return isSpecial && execution.access.mayExecute(opened.file.located);
}
function isAbsence(kind) {
    return kind === 'missing' || kind === 'not-a-directory';
}

;// CONCATENATED MODULE: ./lib/start/startable.js



/** Whether a shell surely fails to start a command: it finds no such program, or one that this kernel does not run. */
function cannotStart(execution, launcher, name) {
    const file = fileOf(execution, launcher, name);
    if (typeof file === 'string')
        return file === 'none';
    const { content } = file.located.entry;
    return content?.kind === 'elf' && abiOf(content, execution.platform).kind === 'wrong-machine';
}
/** Whether there is no such program that may be executed. */
function isAbsent(execution, launcher, name) {
    return fileOf(execution, launcher, name) === 'none';
}
function fileOf(execution, { search, builtIn }, name) {
    const found = searchProgram(execution, name, search);
    if (found.kind === 'refused')
        return builtIn?.has(name) === true ? 'unknown' : 'none';
    if (found.kind === 'outside')
        return 'unknown';
    const opened = openExec(execution, found.path);
    if (opened.kind === 'opened')
        return opened.file;
    return opened.kind === 'refused' ? 'none' : 'unknown';
}

;// CONCATENATED MODULE: ./lib/start/s6-overlay.js


/** Which of the two a script is; null for every other script. */
function s6VersionOf(text) {
    if (/^\s*exec s6-overlay-suexec\b[^]*\/libexec\/stage0\b/m.test(text))
        return 3;
    return /^#!\S*execlineb[^]*^\s*\/etc\/s6\/init\/init-stage1 /m.test(text) ? 2 : null;
}
function s6Children(execution, tool, init) {
    const services = [...execution.rootfs.all()].flatMap(({ path }) => (SERVICE.test(path) ? [path] : []));
    execution.recording.leaveOut('how the services of s6-overlay fare');
    const own = { ...execution, environment: s6_overlay_environmentOf(execution, init) };
    const launcher = { ...launcherOf(tool, 'execvp'), name: init.version === 3 ? 'sh' : tool.name };
    const child = (argv, via, reach = execution.reach) => ({
        execution: { ...own, reach },
        command: { argv, tail: 'end', role: 'child', by: init.by, via, launcher },
    });
    return [
        ...OWN[init.version].map((name) => child([name], 's6-overlay')),
        ...command(own, init, launcher, services).map((argv) => child(argv, 'CMD, by s6-overlay')),
        ...services.map((path) => child([path], 'a service of s6-overlay', 'possible')),
    ];
}
/** Programs without which neither gets as far as CMD. */
const OWN = {
    2: ['/bin/importas', '/etc/s6/init/init-stage1', 's6-svscan'],
    3: ['s6-overlay-suexec', 's6-linux-init-maker', 's6-rc-compile', 's6-rc-init', 's6-rc'],
};
/** What is supervised, and what runs once before. */
const SERVICE = /^\/etc\/(?:cont-init\.d\/[^/]+|services\.d\/[^/]+\/(?:log\/)?run|s6-overlay\/s6-rc\.d\/[^/]+\/run)$/;
/** CMD, unless it is not there and a script of the image may bring it before it is wanted. */
function command(execution, { words, text }, launcher, services) {
    const [name] = words;
    if (name === undefined)
        return [];
    const isSettled = !services.some((path) => path.startsWith('/etc/cont-init.d/'));
    const isOtherPath = !name.includes('/') && text.includes('global_path');
    const isOther = OTHER_COMMANDS.some((variable) => execution.environment.has(variable));
    const mayFail = isAbsent(execution, launcher, name) && !(isSettled && !isOtherPath);
    if (!isOther && !mayFail)
        return [words];
    execution.recording.leaveOut(`whether s6-overlay starts ${name}`);
    return [];
}
/** They put a program before CMD, or a script before everything. */
const OTHER_COMMANDS = ['S6_CMD_ARG0', 'S6_STAGE2_HOOK'];
/** `addpath` of v3's init: each in front, where it is not there yet; v3.0 begins with a file of its own. */
function s6_overlay_environmentOf({ environment }, { version, text }) {
    if (version === 2)
        return environment;
    const first = text.includes('global_path') ? GLOBAL_PATH : environment.get('PATH') || '/bin';
    let path = first;
    for (const directory of ['/bin', '/usr/bin', '/command']) {
        if (!path.split(':').includes(directory))
            path = `${directory}:${path}`;
    }
    return new Map([...environment, ['PATH', path]]);
}
const GLOBAL_PATH = '/command:/usr/local/bin:/usr/local/sbin:/bin:/sbin:/usr/bin:/usr/sbin';

;// CONCATENATED MODULE: ./lib/start/script-reader.js
/** Interpreters of other languages: what their scripts start is left out, but they must be able to read the script. */



const READERS = /^(?:python|pypy|perl|ruby|node|nodejs|bun|deno|php|lua|tclsh|Rscript|guile|gawk|mawk|awk|execlineb|make|sed)[\d.]*(?:-static)?$/;
function readsScript(execution, tool) {
    const { recording, rootfs, access, workingDir } = execution;
    const { role, step } = tool.program;
    if (role !== 'interpreter' || !READERS.test(tool.name))
        return [];
    const script = script_reader_scriptOf(execution, step);
    if (script === null)
        return [];
    const walk = (0,resolve/* resolve */.h)(rootfs, script.path, { from: workingDir });
    if (walk.kind === 'found' && !access.mayRead(walk.located)) {
        recording.refuse(script.step, { kind: 'no-read-permission', owner: ownershipOf(walk.located.entry) });
        return [];
    }
    const content = walk.kind === 'found' ? walk.located.entry.content : undefined;
    const text = content?.kind === 'script' ? content.text : null;
    if (text === null || s6VersionOf(text) !== 2)
        return [];
    // `execlineb -S0 /init CMD…`: the kernel adds the script's name and what follows it.
    const words = tool.args.slice(tool.args.indexOf(script.path) + 1);
    return s6Children(execution, tool, { version: 2, text, by: script.step, words });
}
/** The script whose `#!` line led here, through env and its like. */
function script_reader_scriptOf({ recording }, step) {
    const found = recording.steps[step];
    if (found === undefined)
        return null;
    const { file, by } = found;
    if (file?.located.entry.content?.kind === 'script')
        return { path: file.path, step };
    return by === null ? null : script_reader_scriptOf({ recording }, by);
}

;// CONCATENATED MODULE: ./lib/start/running-program.js

/** A static program smaller than this is a stand-in, whatever it is named: no real wrapper or shell is. */
const SMALLEST_STATIC_TOOL = 16 * 1024;
/** Who the program is, by the file's own name or, of one with many names in it, by the name it was called by. */
function toolOf(rootfs, program) {
    const { elf, file, argv, tail } = program;
    if (elf.interpreter === null && elf.fileSize < SMALLEST_STATIC_TOOL)
        return null;
    const own = baseName(file.located.path);
    const called = baseName(argv[0] ?? '').replace(/^-/, '');
    const family = familyOf(rootfs, own, elf);
    if (family === 'own' && own !== 'coreutils') {
        return {
            name: NAMES_OF_OTHERS.test(own) ? baseName(program.path) : own,
            args: argv.slice(1),
            tail,
            family,
            program,
        };
    }
    // `busybox sh -c …`: the name of the applet is the next word.
    if (!/^(?:busybox|toybox|coreutils)/.test(called))
        return { name: called, args: argv.slice(1), tail, family, program };
    return { name: argv[1] ?? '', args: argv.slice(2), tail, family, program };
}
/** busybox may be there under its applets' names alone, as hard links or copies of one file. */
function familyOf(rootfs, name, { sha256 }) {
    if (name.startsWith('busybox'))
        return 'busybox';
    if (name.startsWith('toybox'))
        return 'toybox';
    const busybox = (0,resolve/* resolve */.h)(rootfs, '/bin/busybox');
    const content = busybox.kind === 'found' ? busybox.located.entry.content : undefined;
    return content?.kind === 'elf' && content.sha256 === sha256 ? 'busybox' : 'own';
}
/** Files that alternatives and version numbers hide behind another name. */
const NAMES_OF_OTHERS = /^(?:sh\.distrib|sh\.shared|.*\.real)$/;
function baseName(path) {
    return path.slice(path.lastIndexOf('/') + 1);
}

;// CONCATENATED MODULE: ./lib/start/busybox-applets.js
/** Names that a busybox may run itself, whether or not a file has them (FEATURE_SH_STANDALONE and FEATURE_PREFER_APPLETS). */
const busybox_applets_NAMES = '[ [[ acpid add-shell addgroup adduser adjtimex ar arch arp arping ascii ash awk base64 basename ' +
    'bc beep blkdiscard blkid blockdev bootchartd brctl bunzip2 bzcat bzip2 cal cat chat chattr chcon ' +
    'chgrp chmod chown chpasswd chpst chroot chrt chvt cksum clear cmp comm conspy cp cpio crc32 ' +
    'crond crontab cryptpw cttyhack cut date dc dd deallocvt delgroup deluser depmod devmem df ' +
    'dhcprelay diff dirname dmesg dnsd dnsdomainname dos2unix dpkg dpkg-deb du dumpe2fs dumpkmap ' +
    'dumpleases echo ed egrep eject env envdir envuidgid ether-wake expand expr factor fakeidentd ' +
    'fallocate false fatattr fbset fbsplash fdflush fdformat fdisk fgconsole fgrep find findfs ' +
    'flash_eraseall flock fold free freeramdisk fsck fsfreeze fstrim fsync ftpd ftpget ftpput fuser ' +
    'getopt getty grep groups gunzip gzip halt hd hdparm head hexdump hostid hostname httpd hush ' +
    'hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer id ifconfig ifdown ifup inetd init inotifyd ' +
    'insmod ionice iostat ip ipaddr ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel kbd_mode ' +
    'kill killall killall5 klogd last less link linux32 linux64 ln loadfont loadkmap logger login ' +
    'logname logread losetup lpd lpq lpr ls lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop ' +
    'makedevs makemime man md5sum mdev mesg microcom mim minips mkdir mkdosfs mke2fs mkfifo mkfs.ext2 ' +
    'mkfs.vfat mknod mkpasswd mkswap mktemp modinfo modprobe more mount mountpoint mpstat mt mv ' +
    'nameif nbd-client nc netstat nice nl nmeter nohup nologin nproc nsenter nslookup ntpd nuke od ' +
    'openvt partprobe passwd paste patch pgrep pidof ping ping6 pipe_progress pivot_root pkill pmap ' +
    'popmaildir poweroff powertop printf ps pscan pstree pwd pwdx rdate rdev readahead readlink ' +
    'readprofile realpath reboot reformime remove-shell renice reset resize resume rev rfkill rm ' +
    'rmdir rmmod route rpm rpm2cpio rtcwake run-init run-parts runsv runsvdir rx script scriptreplay ' +
    'sed sendmail seq setarch setfattr setfont setkeycodes setlogcons setpriv setserial setsid ' +
    'setuidgid sh sha1sum sha256sum sha3sum sha512sum showkey shred shuf slattach sleep smemcap ' +
    'softlimit sort split ssl_client start-stop-daemon stat strings stty su sulogin sum sv svc svlogd ' +
    'svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc tcpsvd tee telnet ' +
    'telnetd test tftp time timeout top touch tr traceroute traceroute6 tree true truncate ts tty ' +
    'ttyname ttysize tunctl tune2fs ubiattach ubirename udhcpc udhcpd udpsvd uevent umount uname ' +
    'uncompress unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime users usleep uudecode ' +
    'uuencode uuidgen vconfig vi vlock volname w wall watch watchdog wc wget which who whoami xargs ' +
    'xxd xz xzcat yes zcat zcip ';
const BUSYBOX_APPLETS = new Set(busybox_applets_NAMES.trimEnd().split(' '));

// EXTERNAL MODULE: ./node_modules/unbash/dist/parser.js + 16 modules
var parser = __webpack_require__(8989);
;// CONCATENATED MODULE: ./lib/start/shell-words.js
/**
 * Words of a shell command as the shell expands them (POSIX, "Word Expansions"): quotes, parameters, fields. A word
 * that depends on the file system (globs, `~`), on other commands or on arithmetic is not known.
 */

/** The fields of all words, up to the first one that is not known. */
function expandWords(state, words) {
    const expanded = [];
    for (const [index, word] of words.entries()) {
        const fields = expandWord(state, word);
        expanded.push(...(fields?.words ?? []));
        if (fields !== null && fields.tail === 'end')
            continue;
        // The words behind it are expanded too: `${NAME:=word}` may set variables.
        for (const unread of words.slice(index))
            forgetAssigned(state, unread);
        return { words: expanded, tail: 'more' };
    }
    return { words: expanded, tail: 'end' };
}
function forgetAssigned(state, node) {
    if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution')
        return;
    if (node.type === 'ParameterExpansion' && isAssigning(node))
        state.set(node.parameter, null);
    (0,parser/* forEachChild */.dK)(node, (child) => forgetAssigned(state, child));
}
/** `${NAME:=word}`. */
function isAssigning({ operation }) {
    return operation?.type === 'Default' && operation.operator.endsWith('=');
}
/** One word without splitting, as in an assignment; null when it is not known. */
function expandValue(state, word) {
    const pieces = piecesOf(state, word);
    if (pieces === null || pieces.tail === 'more') {
        forgetAssigned(state, word);
        return null;
    }
    return pieces.pieces.map(({ text, kind }) => (kind === 'break' ? ' ' : text)).join('');
}
function expandWord(state, word) {
    const found = piecesOf(state, word);
    if (found === null)
        return null;
    if (found.pieces.some(({ kind, text }) => kind === 'value' && /[*?[\\]/.test(text)))
        return null;
    if (state.variables.has('IFS') && found.pieces.some(({ kind }) => kind === 'value'))
        return null;
    return { words: fieldsOf(found.pieces), tail: found.tail };
}
function fieldsOf(pieces) {
    const fields = [];
    let field = null;
    const end = () => {
        if (field !== null)
            fields.push(field);
        field = null;
    };
    for (const { text, kind } of pieces) {
        if (kind === 'break')
            end();
        else if (kind === 'literal')
            field = (field ?? '') + text;
        else {
            for (const part of text.split(/([ \t\n]+)/)) {
                if (/^[ \t\n]+$/.test(part))
                    end();
                else if (part !== '')
                    field = (field ?? '') + part;
            }
        }
    }
    end();
    return fields;
}
function piecesOf(state, word) {
    if (word.text.startsWith('~'))
        return null;
    if (word.parts === undefined)
        return { pieces: [{ text: word.value, kind: 'literal' }], tail: 'end' };
    const pieces = [];
    for (const part of word.parts) {
        const found = partPieces(state, part);
        if (found === null)
            return null;
        pieces.push(...found.pieces);
        if (found.tail === 'more')
            return { pieces, tail: 'more' };
    }
    return { pieces, tail: 'end' };
}
function partPieces(state, part) {
    switch (part.type) {
        case 'Literal':
        case 'SingleQuoted':
        case 'AnsiCQuoted':
            return literal(part.value);
        case 'DoubleQuoted':
            return quotedPieces(state, part.parts);
        case 'SimpleExpansion':
        case 'ParameterExpansion':
        case 'CommandExpansion': {
            if (isAllWords(part))
                return allWords(state, 'value');
            const value = shell_words_valueOf(state, part);
            return value === null ? null : { pieces: [{ text: value, kind: 'value' }], tail: 'end' };
        }
        default:
            return null;
    }
}
function quotedPieces(state, parts) {
    // `"$@"` without any words is no word at all; `""` is an empty one.
    const onlyAll = parts.length === 1 && parts.every((part) => isAllWords(part));
    const pieces = onlyAll ? [] : [{ text: '', kind: 'literal' }];
    for (const part of parts) {
        if (part.type === 'Literal')
            pieces.push({ text: part.value, kind: 'literal' });
        else if (isAllWords(part)) {
            const all = allWords(state, 'literal');
            pieces.push(...all.pieces);
            if (all.tail === 'more')
                return { pieces, tail: 'more' };
        }
        else {
            const value = shell_words_valueOf(state, part);
            if (value === null)
                return null;
            pieces.push({ text: value, kind: 'literal' });
        }
    }
    return { pieces, tail: 'end' };
}
function literal(text) {
    return { pieces: [{ text, kind: 'literal' }], tail: 'end' };
}
function isAllWords(part) {
    if (part.type === 'SimpleExpansion')
        return part.text === '$@';
    return (part.type === 'ParameterExpansion' &&
        part.parameter === '@' &&
        part.operation === undefined &&
        part.prefix === undefined);
}
function allWords({ positional }, kind) {
    const pieces = positional.words.flatMap((text, index) => index === 0
        ? [{ text, kind }]
        : [
            { text: '', kind: 'break' },
            { text, kind },
        ]);
    const border = positional.tail === 'more' && pieces.length > 0 ? [{ text: '', kind: 'break' }] : [];
    return { pieces: [...pieces, ...border], tail: positional.tail };
}
function shell_words_valueOf(state, part) {
    switch (part.type) {
        case 'SimpleExpansion':
            return parameterOf(state, part.text.slice(1)).value;
        case 'ParameterExpansion':
            return operationOf(state, part);
        case 'CommandExpansion':
            return commandOutput(state, part);
        default:
            return null;
    }
}
function parameterOf(state, name) {
    const { words, tail } = state.positional;
    if (name === '0')
        return { set: 'yes', value: state.zero };
    if (name === '#')
        return { set: 'yes', value: tail === 'end' ? String(words.length) : null };
    if (/^[1-9]\d*$/.test(name)) {
        const word = words[Number(name) - 1];
        if (word !== undefined)
            return { set: 'yes', value: word };
        return tail === 'end' ? { set: 'no', value: '' } : { set: 'yes', value: null };
    }
    if (!/^[A-Za-z_]\w*$/.test(name))
        return { set: 'yes', value: null };
    return state.variables.has(name) ? { set: 'yes', value: state.get(name) } : { set: 'no', value: null };
}
function operationOf(state, part) {
    const { set, value } = parameterOf(state, part.parameter);
    const { operation, prefix, index } = part;
    if (index !== undefined || prefix === '!')
        return null;
    if (prefix === '#')
        return value === null ? null : String(value.length);
    if (operation === undefined)
        return value;
    if (operation.type === 'Default') {
        const { operator } = operation;
        const isMissing = set === 'no' || (operator.startsWith(':') && value === '');
        if (value === null && set === 'yes')
            return null;
        if (operator.endsWith('+'))
            return isMissing ? '' : expandValue(state, operation.operand);
        if (!isMissing)
            return value;
        if (operator.endsWith('?'))
            return null;
        const substitute = expandValue(state, operation.operand);
        if (operator.endsWith('='))
            state.set(part.parameter, substitute);
        return substitute;
    }
    if (operation.type !== 'Remove' || value === null)
        return null;
    const pattern = expandValue(state, operation.operand);
    if (pattern === null || /[*?[\\]/.test(operation.operand.text))
        return null;
    if (operation.operator.startsWith('#'))
        return value.startsWith(pattern) ? value.slice(pattern.length) : value;
    return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) : value;
}
/** Of all commands only `id -u` says something that is known. */
function commandOutput(state, { text }) {
    return /^(?:\$\(\s*id\s+-u\s*\)|`\s*id\s+-u\s*`)$/.test(text) ? String(state.uid) : null;
}

;// CONCATENATED MODULE: ./lib/start/shell-pass.js


const MAX_FUNCTIONS = 32;
/**
 * Forgets whatever a part that may or may not be run could change: variables it sets, words it shifts, the directory
 * it goes to; and that what follows is reached at all, where it may end the script.
 */
function passOver(state, node) {
    const seen = new Set();
    const visit = (part) => {
        // These run in a process of their own.
        if (part.type === 'CommandExpansion' || part.type === 'Subshell' || part.type === 'ProcessSubstitution')
            return;
        if (part.type === 'Assignment')
            state.set(part.name, null);
        else if (part.type === 'ParameterExpansion' && isAssigning(part))
            state.set(part.parameter, null);
        else if (part.type === 'For' || part.type === 'Select')
            state.set(part.name.value, null);
        else if (part.type === 'Command') {
            const name = part.name?.value ?? '';
            applyUnknown(state, name, part.args.map(({ text }) => text));
            const called = state.functions.get(name);
            if (called !== undefined && !seen.has(name) && seen.size < MAX_FUNCTIONS) {
                seen.add(name);
                visit(called.body);
            }
        }
        // A function that is only defined here does nothing yet.
        if (part.type === 'Function')
            state.functions.set(part.name.value, part);
        else
            (0,parser/* forEachChild */.dK)(part, visit);
    };
    visit(node);
}
/** Whether a `trap` of these words may change how the script ends. */
function decidesEnd(args) {
    return args.some((word) => /^(?:SIG)?(?:0|CHLD|DEBUG|ERR|EXIT|RETURN)$/i.test(word));
}
function applyUnknown(state, name, args) {
    switch (name) {
        case 'set':
        case 'shift':
            if (args.some((word) => word.startsWith('+')))
                state.errexit = 'off';
            if (args.some((word) => !/^[-+][A-Za-z]/.test(word)) || name === 'shift') {
                state.positional = { words: [], tail: 'more' };
            }
            return;
        case 'cd':
        case 'pushd':
        case 'popd':
            state.workingDir = null;
            return;
        case 'read':
        case 'unset':
        case 'getopts':
            for (const variable of args)
                state.set(variable, null);
            return;
        case 'declare':
        case 'export':
        case 'local':
        case 'printf':
        case 'readonly':
        case 'typeset':
            for (const word of args)
                state.set(/^[A-Za-z_]\w*/.exec(word)?.[0] ?? '', null);
            return;
        case '.':
        case 'source':
        case 'eval':
            state.forget();
            state.reach = 'possible';
            return;
        case 'exec':
            if (args.length > 0)
                state.reach = 'possible';
            return;
        case 'trap':
            if (!decidesEnd(args))
                return;
            state.reach = 'possible';
            return;
        case 'alias':
        case 'exit':
        case 'return':
            state.reach = 'possible';
            return;
        default:
            return;
    }
}

;// CONCATENATED MODULE: ./lib/start/shell-builtins.js




const DECLARATIONS = new Set(['export', 'readonly', 'local', 'declare', 'typeset']);
/** Built in, without any effect on what is started. */
const HARMLESS = new Set('[ : alias bg break builtin caller continue dirs disown echo enable false fc fg getopts hash help history jobs kill let logout mapfile popd printf pushd pwd readarray shopt suspend test times trap true type ulimit umask unalias wait'.split(' '));
const EFFECTIVE = new Set('exit return . source cd set shift unset read eval exec command'.split(' '));
function isBuiltin(name) {
    return DECLARATIONS.has(name) || HARMLESS.has(name) || EFFECTIVE.has(name);
}
/** null for a command that is not built in. */
function applyBuiltin(state, builtin) {
    const { name, args, tail } = builtin;
    if (DECLARATIONS.has(name))
        return declare(state, builtin);
    switch (name) {
        case 'exit':
            return 'over';
        case 'return':
            return 'returned';
        case '.':
        case 'source':
            return 'source';
        case 'cd':
            return changeDirectory(state, builtin);
        case 'set':
            return setOptions(state, builtin);
        case 'shift':
            shift(state, args[0] ?? '1', tail);
            return 'on';
        case 'unset':
            for (const variable of args)
                state.variables.delete(variable);
            return 'on';
        case 'read':
            for (const variable of args)
                state.set(variable, null);
            return 'on';
        case 'alias':
        case 'trap':
            if (tail === 'more' || name === 'alias' || decidesEnd(args))
                state.reach = 'possible';
            return 'on';
        case 'eval':
            state.forget();
            state.reach = 'possible';
            return 'on';
        default:
            return HARMLESS.has(name) ? 'on' : null;
    }
}
function shell_builtins_assign(state, { name, value, append, index }) {
    const plain = value.type === 'Word' && append !== true && index === undefined;
    state.set(name, plain ? expandValue(state, value) : null);
}
/** `export NAME=value`, `export NAME`. */
function declare(state, { name, args, node }) {
    if (name === 'local')
        state.keepForCaller(node.args.map((part) => (part.type === 'Assignment' ? part.name : part.value)));
    for (const part of node.args)
        if (part.type === 'Assignment')
            shell_builtins_assign(state, part);
    if (name === 'export') {
        for (const part of node.args)
            if (part.type === 'Assignment')
                state.exported.add(part.name);
        for (const variable of args)
            state.exported.add(variable);
    }
    return 'on';
}
function setOptions(state, { args, tail, reading }) {
    for (let at = 0; at < args.length; at++) {
        const word = args[at] ?? '';
        if (word === '--' || !/^[-+]./.test(word)) {
            state.positional = { words: args.slice(word === '--' ? at + 1 : at), tail };
            return 'on';
        }
        if (word.endsWith('\r') && reading.launcher.name !== 'bash') {
            // dash and busybox end the script: "Illegal option -".
            state.execution.recording.refuse(reading.by, {
                kind: 'crlf',
                where: 'lines',
                word,
                certainty: 'certain',
            });
            return 'over';
        }
        const long = word.endsWith('o') ? (args[++at] ?? '') : '';
        if (long === 'pipefail' && reading.launcher.knowsPipefail === 'perhaps') {
            state.execution.recording.leaveOut(`whether this shell knows pipefail: dash before 0.5.13 ends there`);
            state.reach = 'possible';
        }
        if (long === 'pipefail')
            state.pipefail = word.startsWith('-') ? 'on' : 'off';
        if (word.includes('e') || long === 'errexit')
            state.errexit = word.startsWith('-') ? 'on' : 'off';
    }
    if (tail === 'more')
        state.positional = { words: [], tail };
    return 'on';
}
function shift(state, count, tail) {
    const { words, tail: after } = state.positional;
    const by = tail === 'more' ? NaN : Number(count);
    // dash ends there, other shells shift nothing and go on.
    if (after === 'end' && by > words.length)
        state.reach = 'possible';
    state.positional = Number.isNaN(by) ? { words: [], tail: 'more' } : { words: words.slice(by), tail: after };
}
/** A directory that is not there ends the script where that counts; elsewhere the shell stays where it is. */
function changeDirectory(state, { args, tail, weight, reading }) {
    const path = args.filter((word) => word !== '--' && word !== '-P' && word !== '-L')[0];
    const isKnown = path !== undefined && path !== '-' && tail === 'end';
    if (!isKnown || (state.workingDir === null && !path.startsWith('/'))) {
        state.workingDir = null;
        return 'on';
    }
    const { rootfs, access, recording } = state.execution;
    const walk = (0,resolve/* resolve */.h)(rootfs, path, { from: state.workingDir ?? '/' });
    const isOpen = walk.directories.every((directory) => access.maySearch(directory));
    if (walk.kind === 'runtime-mount' || !isOpen)
        state.workingDir = null;
    else if (walk.kind === 'found' && walk.located.entry.type === 'directory')
        state.workingDir = walk.located.path;
    else if (weight === 'must-succeed' && state.reach === 'certain') {
        const refusal = walk.kind === 'found' ? { kind: 'not-a-directory', at: walk.located.path } : lookupRefusal(walk);
        const step = {
            role: 'child',
            name: path,
            via: 'cd',
            caller: reading.launcher.name,
            by: reading.by,
        };
        recording.add(state.execution, { ...step, searched: [], file: null, refusals: [refusal] });
        return 'over';
    }
    return 'on';
}

;// CONCATENATED MODULE: ./lib/start/shell-command-parts.js


/** `A=b` before the name of a command. */
function assignmentsOf(state, { prefix }) {
    return prefix.flatMap((part) => part.type === 'Assignment'
        ? [[part.name, part.value.type === 'Word' ? expandValue(state, part.value) : null]]
        : []);
}
/** The words of a command; `command NAME` is NAME, but for functions (`isPlain`). */
function commandWords(state, name, { args }) {
    const { words, tail } = expandWords(state, [name, ...args.filter(isWord)]);
    const isPlain = words[0] === 'command' && isBuiltin(words[1] ?? '');
    return { words: isPlain ? words.slice(1) : words, tail, isPlain };
}
/** bash's `-a NAME`, `-c` and `-l`; POSIX has only `--`. */
function withoutExecOptions(args) {
    const [first = ''] = args;
    if (first === '--')
        return args.slice(1);
    if (first === '-a')
        return withoutExecOptions(args.slice(2));
    return /^-[cl]+$/.test(first) ? withoutExecOptions(args.slice(1)) : args;
}
/** What kinds of commands are called in words. */
const WORDS = {
    If: 'if',
    Case: 'case',
    For: 'loop',
    While: 'loop',
};
/** Whether it goes to another directory. */
function isChange(node) {
    return node.type === 'Command' && node.name?.value === 'cd';
}
function isWord(part) {
    return part.type === 'Word';
}
function asStatement(command) {
    return { type: 'Statement', pos: command.pos, end: command.end, command, background: undefined };
}

;// CONCATENATED MODULE: ./lib/start/shell-redirects.js


const READS = new Set(['<', '<>']);
const WRITES = new Set(['>', '>>', '>|', '&>', '&>>']);
/** The first file that the image does not let the shell open: a volume may bring it. Null when there is none. */
function doubtfulFile(state, redirections) {
    for (const redirection of redirections) {
        if (redirection.type !== 'Redirect')
            continue;
        const { operator, target } = redirection;
        const file = target === undefined || !isFileOperator(operator) ? null : expandValue(state, target);
        if (file === null || (!file.startsWith('/') && state.workingDir === null))
            continue;
        if (!(READS.has(operator) ? isReadable(state, file) : isWritable(state, file)))
            return file;
    }
    return null;
}
function isFileOperator(operator) {
    return READS.has(operator) || WRITES.has(operator);
}
function isReadable({ execution, workingDir }, path) {
    const walk = (0,resolve/* resolve */.h)(execution.rootfs, path, { from: workingDir ?? '/' });
    if (walk.kind === 'runtime-mount')
        return true;
    const isReached = walk.directories.every((directory) => execution.access.maySearch(directory));
    return isReached && walk.kind === 'found' && execution.access.mayRead(walk.located);
}
/** A file that is there, or a directory that it can be made in. */
function isWritable({ execution, workingDir }, path) {
    const { rootfs, access } = execution;
    const walk = (0,resolve/* resolve */.h)(rootfs, path, { from: workingDir ?? '/' });
    if (walk.kind === 'runtime-mount')
        return true;
    if (!walk.directories.every((directory) => access.maySearch(directory)))
        return false;
    if (walk.kind === 'found') {
        return walk.located.entry.type !== 'directory' && access.mayWrite(walk.located);
    }
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? (workingDir ?? '/') : path.slice(0, slash + 1);
    const directory = (0,resolve/* resolve */.h)(rootfs, parent, { from: workingDir ?? '/' });
    if (walk.kind !== 'missing' || slash === path.length - 1 || directory.kind !== 'found')
        return false;
    return directory.located.entry.type === 'directory' && access.mayWrite(directory.located);
}

;// CONCATENATED MODULE: ./lib/start/shell-source.js


/** The commands of a file that `.` reads; null when it is not there, or its text is not known. */
function sourcedStatements(state, path) {
    if (!path.includes('/') || (state.workingDir === null && !path.startsWith('/')))
        return null;
    const walk = (0,resolve/* resolve */.h)(state.execution.rootfs, path, { from: state.workingDir ?? '/' });
    if (walk.kind !== 'found')
        return null;
    const { content } = walk.located.entry;
    const text = content?.kind === 'script' || content?.kind === 'other' ? content.text : null;
    if (text === null)
        return content?.kind === 'empty' ? [] : null;
    const script = (0,parser/* parse */.qg)(text);
    return (script.errors ?? []).length === 0 ? script.commands : null;
}

;// CONCATENATED MODULE: ./lib/start/shell-stakes.js
const WHOLE_SCRIPT = { ends: 'script', errexit: 'heeded' };
const NOTHING = { ends: 'nothing', errexit: 'ignored' };
/** Of a statement of a list that has these stakes. */
function stakesOfStatement(stakes, place) {
    return place === 'last' ? stakes : { ...stakes, ends: 'nothing' };
}
/** In `a || exit 1` the script fails with `a`, in `a || true` it does not. */
function stakesOfTerm({ commands, operators }, index, stakes) {
    if (index === commands.length - 1)
        return stakes;
    const fallback = operators.indexOf('||', index);
    if (fallback === -1)
        return { ...stakes, errexit: 'ignored' };
    const next = commands[fallback + 1];
    const isFatal = fallback === operators.length - 1 && next !== undefined && endsBadly(next);
    return { ends: isFatal ? 'script' : 'nothing', errexit: 'ignored' };
}
function endsBadly(node) {
    if (node.type === 'BraceGroup') {
        const last = node.body.commands.at(-1);
        return last !== undefined && endsBadly(last.command);
    }
    if (node.type !== 'Command')
        return false;
    const [status] = node.args;
    return node.name?.value === 'exit' && status !== undefined && /^[1-9]\d*$/.test(status.text);
}

;// CONCATENATED MODULE: ./lib/start/shell-substitution.js
/** The commands of the last `$(…)` in the assignments: a command of nothing but assignments ends as it does. */
function lastSubstitution(assignments) {
    const found = assignments.flatMap(({ value }) => value.type === 'Word' ? (value.parts ?? []).flatMap(expansionsIn) : []);
    return found.at(-1)?.script?.commands ?? null;
}
function expansionsIn(part) {
    if (part.type === 'CommandExpansion')
        return [part];
    return part.type === 'DoubleQuoted' ? part.parts.flatMap(expansionsIn) : [];
}

;// CONCATENATED MODULE: ./lib/start/shell-test.js
/** Conditions that the image alone decides: `[ "$1" = server ]`, `[ -z "$X" ]`, `[ "$(id -u)" = 0 ]`, patterns of `case`. */


const CONDITIONS = new Set([
    '[',
    'test',
    '',
    '.',
    'cd',
    'command',
    'eval',
    'getopts',
    'kill',
    'let',
    'local',
    'read',
    'shift',
    'source',
    'unalias',
    'unset',
    'wait',
    'type',
    'hash',
    'which',
    'grep',
    'false',
]);
/** Whether a command is there to ask something, or is made of others, so that what follows it is not certain. */
function isCondition(state, node) {
    if (node.type !== 'Command')
        return true;
    if (node.name === undefined)
        return node.prefix.some(hasSubstitution);
    const [name = ''] = expandWords(state, [node.name]).words;
    return CONDITIONS.has(name) || state.functions.has(name);
}
function hasSubstitution(node) {
    let found = node.type === 'CommandExpansion';
    (0,parser/* forEachChild */.dK)(node, (child) => {
        found ||= hasSubstitution(child);
    });
    return found;
}
/** null when only running tells. */
function conditionOf(state, statements) {
    const [only] = statements;
    return statements.length === 1 && only !== undefined ? verdictOf(state, only.command) : null;
}
function verdictOf(state, node) {
    switch (node.type) {
        case 'Command':
            return commandVerdict(state, node);
        case 'TestCommand':
            return expressionVerdict(state, node.expression);
        case 'Pipeline': {
            const [only] = node.commands;
            const isNegation = node.commands.length === 1 && node.prefixes.every(({ type }) => type === 'Negation');
            if (!isNegation || only === undefined)
                return null;
            const verdict = verdictOf(state, only);
            return verdict === null ? null : verdict !== (node.prefixes.length % 2 === 1);
        }
        case 'AndOr': {
            const verdicts = node.commands.map((command) => verdictOf(state, command));
            return verdicts.reduce((left, right, index) => node.operators[index - 1] === '||' ? either(left, right) : both(left, right));
        }
        default:
            return null;
    }
}
function both(one, other) {
    if (one === false || other === false)
        return false;
    return one === null || other === null ? null : true;
}
function either(one, other) {
    if (one === true || other === true)
        return true;
    return one === null || other === null ? null : false;
}
function commandVerdict(state, node) {
    const name = node.name?.text;
    if (name === 'true' || name === ':')
        return true;
    if (name === 'false')
        return false;
    if (name !== '[' && name !== 'test')
        return null;
    const { words, tail } = expandWords(state, node.args.filter((part) => part.type === 'Word'));
    if (tail === 'more')
        return null;
    if (name === 'test')
        return wordsVerdict(words);
    return words.at(-1) === ']' ? wordsVerdict(words.slice(0, -1)) : null;
}
/** The words of test(1). Files are not asked for: volumes bring and hide them. */
function wordsVerdict(words) {
    const [first = '', second = '', third = ''] = words;
    if (words.length === 0)
        return false;
    if (words.length === 1)
        return first !== '';
    if (words.length === 3)
        return binaryVerdict(first, second, third);
    if (first === '!') {
        const verdict = wordsVerdict(words.slice(1));
        return verdict === null ? null : !verdict;
    }
    if (words.length === 2)
        return unaryVerdict(first, second);
    const or = words.indexOf('-o');
    if (or > 0)
        return either(wordsVerdict(words.slice(0, or)), wordsVerdict(words.slice(or + 1)));
    const and = words.indexOf('-a');
    return and > 0 ? both(wordsVerdict(words.slice(0, and)), wordsVerdict(words.slice(and + 1))) : null;
}
function unaryVerdict(operator, operand) {
    if (operator === '-n')
        return operand !== '';
    return operator === '-z' ? operand === '' : null;
}
const COMPARISONS = {
    '-eq': (one, other) => one === other,
    '-ne': (one, other) => one !== other,
    '-lt': (one, other) => one < other,
    '-le': (one, other) => one <= other,
    '-gt': (one, other) => one > other,
    '-ge': (one, other) => one >= other,
};
function binaryVerdict(left, operator, right) {
    if (operator === '=' || operator === '==')
        return left === right;
    if (operator === '!=')
        return left !== right;
    const compare = COMPARISONS[operator];
    const areNumbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
    return compare !== undefined && areNumbers ? compare(Number(left), Number(right)) : null;
}
/** `[[ … ]]` of bash: the right side of `=` is a pattern. */
function expressionVerdict(state, expression) {
    switch (expression.type) {
        case 'TestUnary': {
            const operand = expandValue(state, expression.operand);
            return operand === null ? null : unaryVerdict(expression.operator, operand);
        }
        case 'TestBinary': {
            const left = expandValue(state, expression.left);
            if (left === null)
                return null;
            if (expression.operator === '=' || expression.operator === '==')
                return matchesPattern(state, left, expression.right);
            if (expression.operator === '!=') {
                const verdict = matchesPattern(state, left, expression.right);
                return verdict === null ? null : !verdict;
            }
            const right = expandValue(state, expression.right);
            return right === null ? null : binaryVerdict(left, expression.operator, right);
        }
        case 'TestLogical': {
            const verdicts = expression.operands.map((operand) => expressionVerdict(state, operand));
            return verdicts.reduce(expression.operator === '||' ? either : both);
        }
        case 'TestNot': {
            const verdict = expressionVerdict(state, expression.operand);
            return verdict === null ? null : verdict !== (expression.negations.length % 2 === 1);
        }
        case 'TestGroup':
            return expressionVerdict(state, expression.expression);
    }
}
/** `*` and `?` are understood, other patterns and unknown words are not. */
function matchesPattern(state, word, pattern) {
    if (pattern.parts === undefined)
        return pattern.value === word;
    let source = '';
    for (const part of pattern.parts) {
        if (part.type === 'Glob' && part.kind !== 'bracket')
            source += part.kind === 'star' ? '[^]*' : '[^]';
        else if (part.type === 'Literal' || part.type === 'SingleQuoted')
            source += escaped(part.value);
        else {
            const value = expandValue(state, { ...pattern, text: part.text, parts: [part] });
            if (value === null || (part.type !== 'DoubleQuoted' && /[*?[\\]/.test(value)))
                return null;
            source += escaped(value);
        }
    }
    return new RegExp(`^${source}$`).test(word);
}
function escaped(text) {
    return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

;// CONCATENATED MODULE: ./lib/start/shell-reader.js
var _a;










/** Calls of functions and sourced files within each other. */
const MAX_DEPTH = 8;
class ShellReader {
    children = [];
    #state;
    #reading;
    #depth = 0;
    /** Whether the script fails when the process that reads this part of it does. */
    #counts = true;
    constructor(state, reading) {
        this.#state = state;
        this.#reading = reading;
    }
    read(statements, stakes = WHOLE_SCRIPT) {
        for (const [index, statement] of statements.entries()) {
            const place = index === statements.length - 1 ? 'last' : 'before';
            if (statement.background === true) {
                if (place === 'last')
                    this.#leaveOut('what it starts in the background');
                continue;
            }
            const flow = this.#node(statement.command, stakesOfStatement(stakes, place));
            if (flow !== 'on')
                return flow;
        }
        return 'on';
    }
    #node(node, stakes) {
        switch (node.type) {
            case 'Command':
                return this.#command(node, stakes);
            case 'AndOr':
                return this.#andOr(node, stakes);
            case 'BraceGroup':
                return this.read(node.body.commands, stakes);
            case 'Redirected':
                if (doubtfulFile(this.#state, node.redirects) !== null)
                    return this.#unknown(node.command, stakes);
                return this.#node(node.command, stakes);
            case 'If':
                return this.#if(node, stakes);
            case 'Case':
                return this.#case(node, stakes);
            case 'Subshell':
                return this.#apart(this.#state.fork(), node.body.commands, stakes);
            case 'Pipeline':
                return this.#pipeline(node, stakes);
            case 'Function':
                this.#state.functions.set(node.name.value, node);
                return 'on';
            default:
                return this.#unknown(node, stakes);
        }
    }
    /** A part that is run or not: what it would start is followed, and what it may change is forgotten. */
    #perhaps(node, stakes) {
        const state = this.#state.fork();
        state.reach = 'possible';
        const reader = new _a(state, this.#reading);
        reader.#depth = this.#depth + 1;
        reader.#counts = this.#counts;
        if (this.#depth < MAX_DEPTH)
            reader.#node(node, stakes);
        this.children.push(...reader.children);
        passOver(this.#state, node);
    }
    /** A part whose way only running tells. */
    #unknown(node, stakes) {
        const { reach } = this.#state;
        passOver(this.#state, node);
        const mayEndHere = reach !== this.#state.reach;
        if (this.#mustSucceed(stakes) || mayEndHere)
            this.#leaveOut(`what comes of its ${WORDS[node.type] ?? 'commands'}`);
        return 'on';
    }
    /** `! a`, `a | b`: what stands between the bars runs in processes of its own. */
    #pipeline(node, stakes) {
        const isNegated = node.prefixes.some(({ type }) => type === 'Negation');
        const [only] = node.commands;
        if (node.commands.length === 1 && !isNegated && only !== undefined)
            return this.#node(only, stakes);
        if (node.commands.length === 1 && only !== undefined)
            return this.#node(only, NOTHING);
        for (const [index, command] of node.commands.entries()) {
            const decides = index === node.commands.length - 1 || this.#state.pipefail === 'on';
            if (decides && !isNegated)
                this.#apart(this.#state.fork(), [asStatement(command)], stakes);
        }
        passOver(this.#state, node);
        return 'on';
    }
    /** A shell that ends without ending this one; whether it ends well is not known where it ends itself. */
    #apart(state, statements, stakes) {
        const reader = new _a(state, this.#reading);
        reader.#depth = this.#depth + 1;
        reader.#counts = this.#mustSucceed(stakes);
        const own = { ...stakes, ends: reader.#counts ? 'script' : 'nothing' };
        const flow = this.#depth < MAX_DEPTH ? reader.read(statements, own) : 'over';
        this.children.push(...reader.children);
        if (flow !== 'on' && this.#state.errexit === 'on')
            this.#state.reach = 'possible';
        return 'on';
    }
    #if(node, stakes) {
        for (const branch of [node, ...node.elif]) {
            const [clause] = branch.clause.commands;
            const fails = branch.clause.commands.length === 1 && clause !== undefined && this.#fails(clause.command);
            const verdict = fails ? false : conditionOf(this.#state, branch.clause.commands);
            if (verdict === null)
                return this.#unknown(node, stakes);
            if (verdict)
                return this.read(branch.then.commands, stakes);
        }
        return node.else === undefined ? 'on' : this.read(node.else.commands, stakes);
    }
    #case(node, stakes) {
        const word = expandValue(this.#state, node.word);
        if (word === null)
            return this.#unknown(node, stakes);
        for (const item of node.items) {
            const verdicts = item.pattern.map((pattern) => matchesPattern(this.#state, word, pattern));
            if (verdicts.includes(true)) {
                if (item.terminator !== undefined && item.terminator !== ';;')
                    return this.#unknown(node, stakes);
                return this.read(item.body.commands, stakes);
            }
            if (verdicts.includes(null))
                return this.#unknown(node, stakes);
        }
        return 'on';
    }
    /** `a && b`, `a || exit 1`: what stands before `||` is taken to succeed unless it is known to fail. */
    #andOr(node, stakes) {
        let reached = 'yes';
        for (const [index, term] of node.commands.entries()) {
            const isOr = index > 0 && node.operators[index - 1] === '||';
            if (isOr ? reached !== 'no' : reached === 'no') {
                if (isOr && reached === 'perhaps')
                    this.#unknown(term, stakesOfTerm(node, index, stakes));
                continue;
            }
            if (reached === 'perhaps') {
                this.#perhaps(term, stakesOfTerm(node, index, stakes));
                continue;
            }
            const verdict = conditionOf(this.#state, [asStatement(term)]);
            if (verdict !== null) {
                reached = verdict ? 'yes' : 'no';
                continue;
            }
            const fails = this.#fails(term);
            const isAsking = isCondition(this.#state, term);
            const { workingDir } = this.#state;
            const flow = this.#node(term, stakesOfTerm(node, index, stakes));
            if (flow !== 'on')
                return flow;
            const hasMoved = isChange(term) && ![null, workingDir].includes(this.#state.workingDir);
            reached = fails ? 'no' : isAsking && !hasMoved ? 'perhaps' : 'yes';
        }
        return 'on';
    }
    #command(node, stakes) {
        const assignments = node.prefix.filter((part) => part.type === 'Assignment');
        if (node.name === undefined) {
            const substituted = lastSubstitution(assignments);
            if (substituted !== null)
                this.#substitute(substituted, stakes);
            for (const assignment of assignments)
                shell_builtins_assign(this.#state, assignment);
            return 'on';
        }
        const { words, tail, isPlain } = commandWords(this.#state, node.name, node);
        const [name, ...args] = words;
        const file = doubtfulFile(this.#state, node.redirects);
        if (file !== null) {
            this.#leaveOut(`whether it can open ${file}`);
            this.#state.reach = 'possible';
        }
        if (name === undefined) {
            if (tail === 'end')
                return 'on';
            this.#state.reach = 'possible';
            if (this.#mustSucceed(stakes))
                this.#leaveOut(`what ${node.name.text} stands for`);
            return 'on';
        }
        const before = assignmentsOf(this.#state, node);
        if (!isPlain && this.#state.functions.has(name))
            return this.#function(name, args, tail, stakes);
        if (name === 'exec') {
            const argv = withoutExecOptions(args);
            if (argv.length === 0 && tail === 'end')
                return 'on';
            if (this.#counts)
                this.#start(argv, tail, before, 'exec ');
            return 'over';
        }
        const weight = this.#mustSucceed(stakes) ? 'must-succeed' : 'may-fail';
        const flow = applyBuiltin(this.#state, { name, args, tail, node, weight, reading: this.#reading });
        if (flow === 'source')
            return this.#source(args, tail, stakes);
        if (flow !== null)
            return flow;
        const asksOnly = name === 'command' && args[0]?.startsWith('-') === true;
        const argv = name === 'command' ? args : words;
        if (this.#mustSucceed(stakes) && !asksOnly)
            this.#start(argv, tail, before, '');
        return 'on';
    }
    /** `$( … )`: bash takes `set -e` back in it, other shells do not. */
    #substitute(statements, stakes) {
        const state = this.#state.fork();
        if (this.#reading.launcher.name === 'bash')
            state.errexit = 'off';
        this.#apart(state, statements, stakes);
    }
    #start(argv, tail, assignments, prefix) {
        const [name] = argv;
        const execution = name === undefined ? null : this.#state.childExecution(name, assignments);
        if (name === undefined || execution === null)
            return this.#leaveOut(`what ${prefix}${name ?? '"$@"'} starts`);
        const { by, launcher } = this.#reading;
        const via = `${prefix}${name}`;
        this.children.push({ execution, command: { argv, tail, role: 'child', by, via, launcher } });
    }
    #function(name, words, tail, stakes) {
        const body = this.#state.functions.get(name)?.body;
        if (body === undefined || this.#depth >= MAX_DEPTH) {
            this.#state.forget();
            this.#state.reach = 'possible';
            return 'on';
        }
        this.#depth++;
        const flow = this.#state.call({ words, tail }, () => body.type === 'CompoundList' ? this.read(body.commands, stakes) : this.#node(body, stakes));
        this.#depth--;
        return flow === 'over' ? 'over' : 'on';
    }
    /** `. FILE`: its commands as if they stood here. */
    #source(args, tail, stakes) {
        const [path] = args;
        const statements = path === undefined || this.#depth >= MAX_DEPTH ? null : sourcedStatements(this.#state, path);
        if (statements === null) {
            this.#state.forget();
            this.#state.reach = 'possible';
            return 'on';
        }
        const kept = this.#state.positional;
        if (args.length > 1)
            this.#state.positional = { words: args.slice(1), tail };
        this.#depth++;
        const flow = this.read(statements, stakes);
        this.#depth--;
        if (args.length > 1)
            this.#state.positional = kept;
        return flow === 'over' ? 'over' : 'on';
    }
    /** Whether it is a command that no shell can start here. */
    #fails(node) {
        if (node.type !== 'Command' || node.name === undefined)
            return false;
        const { words } = expandWords(this.#state, [node.name]);
        const [name = 'exec'] = words;
        if (isBuiltin(name) || this.#state.functions.has(name))
            return false;
        const execution = this.#state.childExecution(name, assignmentsOf(this.#state, node));
        return execution !== null && cannotStart(execution, this.#reading.launcher, name);
    }
    #mustSucceed({ ends, errexit }) {
        return ends === 'script' || (errexit === 'heeded' && this.#state.errexit === 'on');
    }
    #leaveOut(what) {
        this.#state.execution.recording.leaveOut(`${this.#state.zero}: ${what}`);
    }
}
_a = ShellReader;

;// CONCATENATED MODULE: ./lib/start/shell-script.js
/**
 * What a shell script starts for certain: it is read from top to bottom as far as its words are plain. Commands that
 * must succeed (behind `exec`, at the end, in `&&` lists, under `set -e`) are followed; what loops, conditions and
 * other programs decide is left out. Follows POSIX "Shell Command Language"; where shells differ, dash and bash.
 */


function readShellScript({ state, text, by, launcher }) {
    const { recording } = state.execution;
    const script = (0,parser/* parse */.qg)(text);
    const line = text.includes('\r\n') ? (/^[^\n]*\r\n/m.exec(text)?.[0].trimEnd() ?? '') : null;
    if (script.errors !== undefined && script.errors.length > 0) {
        // `then\r` is no keyword: without the CRs the script would be a script.
        const isRight = line !== null && ((0,parser/* parse */.qg)(text.replaceAll('\r\n', '\n')).errors ?? []).length === 0;
        if (isRight)
            recording.refuse(by, { kind: 'crlf', where: 'lines', word: line, certainty: 'certain' });
        else
            recording.leaveOut(`what ${state.zero} does: it is not read as a shell script here`);
        return [];
    }
    if (line !== null)
        recording.refuse(by, { kind: 'crlf', where: 'lines', word: line, certainty: 'possible' });
    const reader = new ShellReader(state, { by, launcher });
    reader.read(script.commands);
    return reader.children;
}

;// CONCATENATED MODULE: ./lib/start/shell-state.js
/** One shell. Changed in place, as a shell is; functions share it but for their words. */
class ShellState {
    /** Variables that are set, exported or not. */
    variables;
    exported;
    functions = new Map();
    /** `$1`, `$2` … */
    positional;
    /** `$0`. */
    zero;
    /** null once it is not known where the shell is. */
    workingDir;
    /** Whether a command that fails ends the script. */
    errexit = 'off';
    /** Whether every command of a pipeline decides how it ends, or the last one alone. */
    pipefail = 'off';
    reach;
    /** Of a function that runs: what its local variables stood for before. */
    #hidden = null;
    #execution;
    constructor(execution, zero, positional) {
        this.#execution = execution;
        this.variables = new Map(execution.environment);
        this.exported = new Set(execution.environment.keys());
        this.positional = positional;
        this.zero = zero;
        this.workingDir = execution.workingDir;
        this.reach = execution.reach;
    }
    /** A shell of its own with all that this one knows: `( … )`, a part of a pipeline, `$( … )`. */
    fork() {
        const copy = new ShellState(this.#execution, this.zero, this.positional);
        copy.variables.clear();
        for (const [name, value] of this.variables)
            copy.variables.set(name, value);
        copy.exported.clear();
        for (const name of this.exported)
            copy.exported.add(name);
        for (const [name, body] of this.functions)
            copy.functions.set(name, body);
        copy.workingDir = this.workingDir;
        copy.errexit = this.errexit;
        copy.pipefail = this.pipefail;
        copy.reach = this.reach;
        return copy;
    }
    get uid() {
        return this.#execution.credentials.uid;
    }
    get execution() {
        return this.#execution;
    }
    set(name, value) {
        this.variables.set(name, value);
    }
    /** A variable that is set only by whoever runs the container, or by the shell itself, is not known. */
    get(name) {
        return this.variables.get(name) ?? null;
    }
    /** `local NAME`: no shell agrees with another on what that does outside of functions. */
    keepForCaller(names) {
        if (this.#hidden === null)
            this.reach = 'possible';
        for (const name of names) {
            if (this.#hidden?.has(name) === false)
                this.#hidden.set(name, this.variables.get(name));
        }
    }
    /** A function call: its words are its own, and its local variables. */
    call(positional, run) {
        const [kept, hidden] = [this.positional, this.#hidden];
        const own = new Map();
        this.#hidden = own;
        this.positional = positional;
        const result = run();
        this.positional = kept;
        this.#hidden = hidden;
        for (const [name, value] of own) {
            if (value === undefined)
                this.variables.delete(name);
            else
                this.variables.set(name, value);
        }
        return result;
    }
    /** Forgets everything: something ran that may change anything. */
    forget() {
        for (const name of this.variables.keys())
            this.variables.set(name, null);
        this.positional = { words: [], tail: 'more' };
        this.workingDir = null;
    }
    /** Circumstances of a child, with the assignments before its name; null when what decides is not known. */
    childExecution(name, assignments) {
        const variables = new Map([...this.variables].filter(([variable]) => this.exported.has(variable)));
        for (const [variable, value] of assignments)
            variables.set(variable, value);
        const decides = name.includes('/') ? LOADER_VARIABLES : ['PATH', ...LOADER_VARIABLES];
        if (decides.some((variable) => variables.get(variable) === null))
            return null;
        if (this.workingDir === null && !name.startsWith('/'))
            return null;
        const known = [...variables].filter((entry) => entry[1] !== null);
        const { reach, workingDir } = this;
        return { ...this.#execution, environment: new Map(known), reach, workingDir: workingDir ?? '/' };
    }
}
const LOADER_VARIABLES = ['LD_LIBRARY_PATH', 'LD_PRELOAD'];

;// CONCATENATED MODULE: ./lib/start/shell-command.js
/**
 * sh, dash, bash, busybox ash …: which script they read, from `-c` or from a file, and what it starts. Left out on
 * purpose: scripts on standard input, and shells with a grammar of their own (csh, fish).
 */








const SHELLS = /^(?:sh|ash|dash|bash|rbash|ksh|ksh93|mksh|lksh|yash|hush|zsh)$/;
const LONG_OPTIONS_WITH_VALUE = ['--rcfile', '--init-file', '--emulate'];
function isShell(name) {
    return SHELLS.test(name);
}
/** What the shell's script starts. @throws {LayerNeeded} */
function shellChildren(execution, tool) {
    const { letters, operands } = parseShellArgs(tool.args);
    const fault = optionFault(letters);
    if (fault !== null) {
        execution.recording.refuse(scriptStepOf(execution, tool), fault);
        return [];
    }
    const [first, ...rest] = operands;
    if (first === undefined) {
        if (tool.tail === 'more')
            execution.recording.leaveOut(`what ${tool.program.path} runs`);
        return [];
    }
    const positional = { words: letters.includes('c') ? rest.slice(1) : rest, tail: tool.tail };
    const zero = letters.includes('c') ? (rest[0] ?? tool.program.argv[0] ?? tool.name) : first;
    const state = new ShellState(execution, zero, positional);
    if (letters.includes('e'))
        state.errexit = 'on';
    // Login and interactive shells read profiles first, which set PATH.
    if (/[li]/.test(letters))
        state.set('PATH', null);
    const launcher = launcherOfShell(tool);
    if (letters.includes('c'))
        return readShellScript({ state, text: first, by: tool.program.step, launcher });
    const script = scriptFile(execution, tool, first);
    if (script === null)
        return [];
    const { text, step } = script;
    if (s6VersionOf(text) === 3)
        return s6Children(execution, tool, { version: 3, text, by: step, words: rest });
    return readShellScript({ state, text, by: step, launcher });
}
/** The kernel hands everything behind the interpreter's name over as one word; no shell has such options. */
function optionFault(letters) {
    if (letters.includes('\r'))
        return { kind: 'crlf', where: 'command', word: `-${letters}`, certainty: 'certain' };
    return /\s/.test(letters) ? { kind: 'malformed-shebang', fault: 'options-in-one-word' } : null;
}
/** The script whose `#!` line names the shell; the shell itself where there is none. */
function scriptStepOf({ recording }, { program }) {
    const by = recording.steps[program.step]?.by ?? null;
    return program.role === 'interpreter' && by !== null ? by : program.step;
}
/** A shell that is busybox runs its applets without any file. */
function launcherOfShell({ name, family, program }) {
    // Debian's own name for it, whatever it is called by.
    const isDash = family === 'own' && program.file.located.path.endsWith('/dash');
    const launcher = { name, search: 'execvp', unknownFile: 'read-by-shell' };
    if (family === 'busybox')
        return { ...launcher, builtIn: BUSYBOX_APPLETS };
    return isDash ? { ...launcher, knowsPipefail: 'perhaps' } : launcher;
}
function parseShellArgs(args) {
    let letters = '';
    let at = 0;
    for (; at < args.length; at++) {
        const word = args[at] ?? '';
        if (word === '-' || word === '--')
            return { letters, operands: args.slice(at + 1) };
        if (!/^[-+]/.test(word))
            break;
        if (word === '--login')
            letters += 'l';
        if (LONG_OPTIONS_WITH_VALUE.includes(word))
            at++;
        if (word.startsWith('--'))
            continue;
        if (word.startsWith('-'))
            letters += word.slice(1);
        if (/[oO]/.test(word)) {
            at++;
            if (args[at] === 'errexit')
                letters += 'e';
        }
    }
    return { letters, operands: args.slice(at) };
}
/** The shell opens the script itself, as its user; null when that fails or nothing of it is known. */
function scriptFile(execution, tool, path) {
    const { recording, rootfs, access } = execution;
    const walk = (0,resolve/* resolve */.h)(rootfs, path, { from: execution.workingDir });
    const closed = walk.directories.find((directory) => !access.maySearch(directory));
    const refused = (refusal, file) => {
        // A name without a slash may be searched for in PATH.
        const isElsewhere = searchProgram(execution, path, 'execvp').kind !== 'refused';
        if (!path.includes('/') && isElsewhere)
            recording.leaveOut(`where ${tool.name} finds ${path}`);
        else
            recording.refuse(stepOf(execution, tool, path, file), withCr(path, refusal));
        return null;
    };
    if (closed !== undefined) {
        return refused({ kind: 'not-searchable', at: closed.path, owner: ownershipOf(closed.entry) }, null);
    }
    if (walk.kind === 'runtime-mount')
        return null;
    if (walk.kind !== 'found')
        return refused(lookupRefusal(walk), null);
    const file = { path, located: walk.located, hops: walk.hops };
    const { entry } = walk.located;
    if (entry.type !== 'file')
        return null;
    if (!access.mayRead(walk.located))
        return refused({ kind: 'no-read-permission', owner: ownershipOf(entry) }, file);
    const { content } = entry;
    const text = content?.kind === 'script' || content?.kind === 'other' ? content.text : null;
    if (text === null) {
        if (content?.kind !== 'empty')
            recording.leaveOut(`what ${path} does: its text was not kept`);
        return null;
    }
    return { text, step: stepOf(execution, tool, path, file) };
}
/** The kernel's own step of the script, or a new one where the shell was told the file's name. */
function stepOf({ recording, ...execution }, tool, path, file) {
    const known = recording.steps.findLast((step) => step.chain === execution.chain && step.file?.path === path);
    const asked = {
        role: 'child',
        name: path,
        via: tool.name,
        caller: tool.name,
        by: tool.program.step,
    };
    return known?.index ?? recording.add(execution, { ...asked, searched: [], file, refusals: [] });
}

;// CONCATENATED MODULE: ./lib/start/users.js
/**
 * USER to numbers, as docker, containerd and podman do it: GetExecUser of github.com/moby/sys/user, which reads the
 * image's /etc/passwd and /etc/group. Left out on purpose: nsswitch.conf, which no runtime reads.
 */

/** Some number of OpenShift's range, and group 0. */
const ARBITRARY_USER = { uid: 1_000_650_000, gid: 0, groups: [] };
const PASSWD = '/etc/passwd';
const GROUP = '/etc/group';
const MAX_ID = 2 ** 31 - 1;
/** @throws {LayerNeeded} when a layer that is not mounted decides. */
function users_userOf(rootfs, spec) {
    const [name = '', groupName = ''] = spec.split(':');
    for (const part of [name, groupName]) {
        if (parseId(part) === 'out-of-range') {
            return { kind: 'refused', refusal: { kind: 'user-out-of-range', name: part } };
        }
    }
    const passwd = readLines(rootfs, PASSWD);
    if (passwd === 'unread')
        return { kind: 'unread', path: PASSWD };
    const wanted = name === '' ? 0 : parseId(name);
    const matches = ({ uid, name: found }) => (wanted === null ? found === name : uid === wanted);
    const user = passwd?.map(parsePasswd).find(matches);
    if (user === undefined && wanted === null)
        return unknown('unknown-user', name, passwd);
    const uid = user?.uid ?? Number(wanted);
    if (groupName === '' && (user === undefined || user.name === ''))
        return known(uid, user?.gid ?? 0, []);
    const groupFile = readLines(rootfs, GROUP);
    if (groupFile === 'unread')
        return { kind: 'unread', path: GROUP };
    const groups = (groupFile ?? []).filter((line) => !line.startsWith('#')).map(parseGroup);
    if (groupName === '') {
        const memberOf = groups.filter(({ members }) => members.includes(user?.name ?? ''));
        return known(uid, user?.gid ?? 0, memberOf.map(({ gid }) => gid));
    }
    const wantedGroup = parseId(groupName);
    const group = groups.find(({ name: found, gid }) => wantedGroup === null ? found === groupName : gid === wantedGroup);
    if (group === undefined && wantedGroup === null)
        return unknown('unknown-group', groupName, groupFile);
    return known(uid, group?.gid ?? Number(wantedGroup), []);
}
function known(uid, gid, groups) {
    return { kind: 'known', credentials: { uid, gid, groups } };
}
function unknown(kind, name, file) {
    return { kind: 'refused', refusal: { kind, name, file: file === null ? 'missing' : 'found' } };
}
/** null for a name (strconv.Atoi gives a syntax error), which `1000` and `+1000` are not but ` 1000` is. */
function parseId(text) {
    if (!/^[+-]?\d+$/.test(text))
        return null;
    const id = Number(text);
    return id < 0 || id > MAX_ID ? 'out-of-range' : id;
}
/** Fields that are missing or no numbers count as 0: "some misbehaving configuration files". */
function parsePasswd(line) {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return { name, uid: idOrZero(uid), gid: idOrZero(gid) };
}
function parseGroup(line) {
    const [name = '', , gid = '', members = ''] = line.split(':');
    return { name, gid: idOrZero(gid), members: members.split(',') };
}
function idOrZero(text) {
    return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}
/** Go's unicode.IsSpace, which is not JavaScript's `\s`: no byte order mark, but U+0085. */
const OUTER_SPACE = /^[\t-\r \u0085\p{Z}]+|[\t-\r \u0085\p{Z}]+$/gu;
/** Lines that are not blank; null when there is no such file: the runtime then does without. */
function readLines(rootfs, path) {
    const found = (0,resolve/* resolve */.h)(rootfs, path);
    if (found.kind !== 'found' || found.located.entry.type !== 'file')
        return null;
    const { content } = found.located.entry;
    if (content?.kind === 'empty')
        return [];
    if (content?.kind !== 'other' || content.text === null)
        return 'unread';
    const lines = content.text.split('\n').map((line) => line.replace(OUTER_SPACE, ''));
    return lines.filter((line) => line !== '');
}

;// CONCATENATED MODULE: ./lib/start/switch-user.js


/** The command's circumstances; null when it is never reached, which is recorded, or when they cannot be known. */
function switchUser(execution, tool, wanted) {
    const credentials = typeof wanted === 'string' ? specOf(execution, tool, wanted) : optionsOf(execution, tool, wanted);
    if (credentials === null)
        return null;
    const isSame = JSON.stringify(credentials) === JSON.stringify(execution.credentials);
    if (execution.credentials.uid !== 0 && !(isSame && typeof wanted !== 'string')) {
        execution.recording.refuse(tool.program.step, {
            kind: 'may-not-switch-user',
            uid: execution.credentials.uid,
        });
        return null;
    }
    return { ...execution, credentials, access: accessOf(credentials) };
}
/** `user`, `user:group`, in names or numbers; the libc's own reading of the files is that of the runtime here. */
function specOf(execution, tool, spec) {
    const answer = users_userOf(execution.rootfs, spec);
    if (answer.kind === 'known')
        return answer.credentials;
    if (answer.kind === 'refused')
        execution.recording.refuse(tool.program.step, answer.refusal);
    else
        execution.recording.unreadable(answer.path, `its text was not kept, and ${tool.name} needs it`);
    return null;
}
/** setpriv: each part on its own. */
function optionsOf(execution, tool, options) {
    let { uid, gid, groups } = execution.credentials;
    for (const [name, value] of options) {
        if (name === 'reuid' || name === 'euid' || name === 'init-groups') {
            const user = specOf(execution, tool, name === 'init-groups' ? String(uid) : value);
            if (user === null)
                return null;
            ({ uid } = user);
            if (options.some(([other]) => other === 'init-groups'))
                ({ groups } = user);
        }
        else if (name === 'regid' || name === 'egid') {
            const group = specOf(execution, tool, `:${value}`);
            if (group === null)
                return null;
            ({ gid } = group);
        }
        else if (name === 'clear-groups')
            groups = [];
        else if (name === 'groups')
            groups = value.split(',').map(Number);
    }
    return { uid, gid, groups };
}

;// CONCATENATED MODULE: ./lib/start/wrappers.js



const HELP = ['help', 'version', 'h', 'V'];
const WRAPPERS = [
    {
        names: /^(?:tini|docker-init)(?:-.+)?$/,
        syntax: { flags: 'hvsgwl', values: 'pe', longFlags: ['version'] },
        alone: ['h', 'l', 'version'],
    },
    {
        names: /^dumb-init(?:_.+)?$/,
        syntax: {
            flags: 'cvhV',
            values: 'r',
            longFlags: ['single-child', 'verbose', ...HELP],
            longValues: ['rewrite'],
        },
        alone: HELP,
    },
    {
        names: /^catatonit$/,
        syntax: { flags: 'gPLhV', values: '', longFlags: ['pause', 'license', ...HELP] },
        alone: ['P', 'L', 'pause', 'license', ...HELP],
    },
    {
        names: /^nice$/,
        syntax: { flags: '0123456789', values: 'n', longFlags: HELP, longValues: ['adjustment'] },
        alone: HELP,
    },
    { names: /^nohup$/, syntax: { flags: '', values: '', longFlags: HELP }, alone: HELP },
    {
        names: /^setsid$/,
        syntax: { flags: 'cfwhV', values: '', longFlags: ['ctty', 'fork', 'wait', ...HELP] },
        alone: HELP,
    },
    {
        names: /^stdbuf$/,
        syntax: { flags: '', values: 'ioe', longFlags: HELP, longValues: ['input', 'output', 'error'] },
        alone: HELP,
    },
    {
        names: /^timeout$/,
        syntax: {
            flags: 'v',
            values: 'ks',
            longFlags: ['foreground', 'preserve-status', 'verbose', ...HELP],
            longValues: ['kill-after', 'signal'],
        },
        operands: 1,
        alone: HELP,
    },
    {
        names: /^ionice$/,
        syntax: { flags: 't', values: 'cn', longFlags: ['ignore', ...HELP], longValues: ['class', 'classdata'] },
        alone: HELP,
    },
    {
        names: /^gosu(?:-.+)?$/,
        syntax: { flags: 'hv', values: '', longFlags: HELP },
        alone: [...HELP, 'v'],
        user: 'operand',
        search: 'LookPath',
    },
    { names: /^(?:su-exec|s6-setuidgid|setuidgid)$/, syntax: { flags: '', values: '' }, user: 'operand' },
    {
        names: /^setpriv$/,
        syntax: {
            flags: 'dhV',
            values: '',
            longFlags: ['dump', 'clear-groups', 'keep-groups', 'init-groups', 'no-new-privs', 'nnp', ...HELP],
            longValues: [
                'reuid',
                'ruid',
                'euid',
                'regid',
                'rgid',
                'egid',
                'groups',
                'inh-caps',
                'ambient-caps',
                'bounding-set',
                'securebits',
                'pdeathsig',
            ],
        },
        alone: ['d', 'dump', ...HELP],
        user: 'options',
    },
];
/** null when the tool is no wrapper that is known here. */
function wrappedChild(execution, tool) {
    const wrapper = WRAPPERS.find(({ names }) => names.test(tool.name));
    if (wrapper === undefined)
        return null;
    const parsed = parseOptions(tool.args, wrapper.syntax);
    const operands = (wrapper.operands ?? 0) + (wrapper.user === 'operand' ? 1 : 0);
    const argv = parsed?.rest.slice(operands) ?? [];
    if (parsed === null || argv.length === 0)
        return startsNothing(execution, wrapper, tool, parsed);
    const child = wrapper.user === undefined
        ? execution
        : switchUser(execution, tool, wrapper.user === 'operand' ? (parsed.rest[0] ?? '') : parsed.options);
    if (child === null)
        return [];
    const { step, role } = tool.program;
    const launcher = launcherOf(tool, wrapper.search ?? 'execvp');
    const command = { argv, tail: tool.tail, by: step, via: tool.name, launcher };
    return [
        { execution: child, command: { ...command, role: role === 'interpreter' ? 'interpreter' : 'child' } },
    ];
}
/** Help, or words that are not understood. */
function startsNothing(execution, wrapper, tool, parsed) {
    const isAlone = parsed?.options.some(([name]) => wrapper.alone?.includes(name)) ?? false;
    if (!isAlone)
        execution.recording.leaveOut(`what ${tool.program.path} starts: its options are not known here`);
    return [];
}

;// CONCATENATED MODULE: ./lib/start/known-programs.js
/** What programs start once they run, where their arguments say it: env, wrappers, shells. */





function childrenOf(execution, program) {
    const tool = toolOf(execution.rootfs, program);
    if (tool === null)
        return [];
    if (tool.name === 'env')
        return envChild(execution, tool);
    if (isShell(tool.name))
        return shellChildren(execution, tool);
    return wrappedChild(execution, tool) ?? readsScript(execution, tool);
}

;// CONCATENATED MODULE: ./lib/start/host-profile.js
const X86_LEVELS = ['x86-64-v2', 'x86-64-v3', 'x86-64-v4'];
/** The oldest host first. */
function hostProfilesOf(platform) {
    const word = AT_PLATFORM.get(platform.architecture) ?? null;
    switch (platform.architecture) {
        case 'amd64':
            return x86Profiles(platform.variant);
        case 'ppc64le':
            return levels('POWER', 'power8', ['power9', 'power10']);
        case 's390x':
            return levels('IBM', 'zEC12', ['z13', 'z14', 'z15', 'z16']);
        case 'arm64':
            return [
                profile('ARMv8.0 processors', [], word, []),
                profile('processors with LSE', [], word, ['atomics']),
            ];
        default:
            return [profile('all processors', [], word, [])];
    }
}
const AT_PLATFORM = new Map([
    ['386', 'i686'],
    ['arm', 'v7l'],
    ['arm64', 'aarch64'],
    ['loong64', 'loongarch'],
]);
function profile(name, hwcaps, platform, capabilities) {
    const words = ['tls', ...(platform === null ? [] : [platform]), ...capabilities];
    return { name, hwcaps, platform, legacy: words };
}
/** From the variant's level up, with every `$PLATFORM` that glibc gives to such a processor. */
function x86Profiles(variant) {
    const lowest = Math.min(Math.max(Number(/^v([1-4])$/.exec(variant ?? '')?.[1] ?? 1), 1), 4);
    const profiles = [1, 2, 3, 4]
        .filter((level) => level >= lowest)
        .flatMap((level) => ['x86_64', ...(level >= 3 ? ['haswell'] : []), ...(level === 4 ? ['xeon_phi'] : [])].map((word) => profile(`x86-64-v${level} processors`, X86_LEVELS.slice(0, level - 1).toReversed(), word, ['x86_64'])));
    return first(profiles);
}
function levels(vendor, oldest, names) {
    return first([oldest, ...names].map((word, level) => profile(`${vendor} ${word} processors`, names.slice(0, level).toReversed(), word, [])));
}
function first(profiles) {
    const [lowest, ...better] = profiles;
    return [lowest ?? profile('all processors', [], null, []), ...better];
}

;// CONCATENATED MODULE: ./lib/start/glibc-cache.js
/** Which entry of ld.so.cache a glibc loader takes: `search_cache` of elf/dl-cache.c, flags of ldconfig.h. */


const glibc_cache_EF_MIPS_NAN2008 = 0x400;
const EF_LOONGARCH_ABI = 7;
const LOONGARCH_DOUBLE = 3;
function glibc_cache_only(flags) {
    return { best: flags, accepted: [flags] };
}
/** `_DL_CACHE_DEFAULT_ID` and `_dl_cache_check_flags` of the loader's architecture. */
function flagsOf(loader) {
    const wide = loader.class === 64;
    switch (loader.machine) {
        case machines/* EM_X86_64 */.pe:
            return glibc_cache_only(wide ? 0x303 : 0x803);
        case machines/* EM_AARCH64 */.Nu:
            return glibc_cache_only(0xa03);
        case machines/* EM_ARM */.iD:
            return { best: 3, accepted: [3, (loader.flags & EF_ARM_ABI_FLOAT_HARD) === 0 ? 0xb03 : 0x903] };
        case machines/* EM_PPC64 */.vM:
            return glibc_cache_only(0x503);
        case machines/* EM_S390 */.TC:
            return wide ? glibc_cache_only(0x403) : { best: 3, accepted: [1, 3] };
        case machines/* EM_RISCV */.nq:
            return glibc_cache_only((loader.flags & EF_RISCV_FLOAT_ABI) === 0 ? 0xf03 : 0x1003);
        case machines/* EM_LOONGARCH */.Ny:
            return glibc_cache_only((loader.flags & EF_LOONGARCH_ABI) === LOONGARCH_DOUBLE ? 0x1203 : 0x1103);
        case machines/* EM_MIPS */.th: {
            const is2008 = (loader.flags & glibc_cache_EF_MIPS_NAN2008) !== 0;
            if (wide)
                return glibc_cache_only(is2008 ? 0xe03 : 0x703);
            return is2008 ? glibc_cache_only(0xc03) : { best: 3, accepted: [1, 3] };
        }
        default:
            return { best: 3, accepted: [1, 3] };
    }
}
function lookUpCache(cache, name, loader, host) {
    const { best, accepted } = flagsOf(loader);
    const entries = cache.find(name, (flags) => accepted.includes(flags));
    const named = host.hwcaps
        .map((hwcap) => entries.find(({ level }) => level.kind === 'named' && level.name === hwcap))
        .find((entry) => entry !== undefined);
    const plain = entries.filter(({ level }) => level.kind === 'baseline');
    // The first entry of exactly its own kind ends the search; each one before it is only the best so far.
    const chosen = named ?? plain.find(({ flags }) => flags === best) ?? plain.at(-1);
    return { path: chosen?.path ?? null, asksHost: plain.length < entries.length };
}

;// CONCATENATED MODULE: ./lib/start/lost-pages.js

const lost_pages_PAGE = 4096n;
/**
 * Whether a whole page of a PT_LOAD segment lies behind the end of the file: mapping it works, touching it ends in
 * SIGBUS. The rest of the file's last page reads as zeros, which is no fault that anything sees.
 */
function losesPages({ programHeaders, fileSize }) {
    const mapped = ((BigInt(fileSize) + lost_pages_PAGE - 1n) / lost_pages_PAGE) * lost_pages_PAGE;
    return programHeaders.some(({ type, offset, fileSize: size }) => type === PT_LOAD && size > 0n && offset + size > mapped);
}

;// CONCATENATED MODULE: ./lib/start/glibc-object.js
/**
 * The look of glibc's loader at a file before it maps it: `open_verify` and `_dl_map_object_from_fd` of
 * elf/dl-load.c. Files for another machine are passed over, broken ones end the start.
 */



/** The one reason that ld.so remembers, and says in the end: `wrong ELF class: ELFCLASS32`. */
const OTHER_CLASS = 'it is for the other word size';
const ELFOSABI_SYSV = 0;
const ELFOSABI_GNU = 3;
const ELFOSABI_ARM_AEABI = 64;
/** LIBC_ABI_MAX: no linker writes more. */
const ABI_VERSIONS = 4;
const EF_MIPS_FP64 = 0x200;
const glibc_object_EF_MIPS_NAN2008 = 0x400;
const glibc_object_PAGE = 4096n;
/** `loader` is the loader's own file: it maps what is like itself. */
function lookAsGlibc(file, loader) {
    const { type, content, size } = file.entry;
    if (type === 'directory')
        return noLibrary('cannot read file data: Error 21');
    if (type !== 'file' || content === undefined)
        return { kind: 'unread', why: 'its content was not read' };
    if (size < (loader.class === 64 ? 64 : 52))
        return noLibrary('file too short');
    if (content.kind !== 'elf')
        return noLibrary('invalid ELF header');
    return foreignness(content, loader) ?? headerFault(content) ?? segmentFault(content) ?? maps(content);
}
function noLibrary(error, about = 'path') {
    return { kind: 'fatal', fault: { error, about, file: 'no-library' } };
}
function broken(error, about = 'path') {
    return { kind: 'fatal', fault: { error, about, file: 'broken' } };
}
function glibc_object_passedOver(why) {
    return { kind: 'passed-over', why };
}
/** What is unread of symbols or notes decides nothing here. */
function unreadPart({ problems }) {
    const parts = ['header', 'program-headers', 'dynamic'];
    return problems.find(({ part, kind }) => kind === 'unread' && parts.includes(part))?.text ?? null;
}
function maps(elf) {
    const unread = unreadPart(elf);
    return unread === null ? { kind: 'maps', elf } : { kind: 'unread', why: unread };
}
/** Null when it is a file for this loader. */
function foreignness(elf, loader) {
    if (elf.class !== loader.class)
        return glibc_object_passedOver(OTHER_CLASS);
    const sameMachine = elf.readAs.byteOrder === loader.readAs.byteOrder && elf.machine === loader.machine;
    if (elf.byteOrder !== loader.byteOrder && (sameMachine || !passesOverByteOrder(loader))) {
        return noLibrary(`ELF file data encoding not ${loader.byteOrder ?? 'little'}-endian`);
    }
    if (!sameMachine)
        return glibc_object_passedOver(`it is for ${(0,machines/* machineName */.Fm)(elf.machine)}`);
    return hasFlagsOf(elf, loader) ? null : glibc_object_passedOver('it is for another ABI of the same machine');
}
/** Debian's loaders look at the machine before they look at the byte order (its patch of open_verify). */
function passesOverByteOrder({ loader }) {
    return loader?.libc === 'glibc' && (loader.systemDirectories[0]?.includes('-linux-') ?? false);
}
/** `elf_machine_matches_host` and `VALID_FLOAT_ABI`: the flags that tell ABIs of one machine apart. */
function hasFlagsOf(elf, loader) {
    const [flags, own] = [elf.flags, loader.flags];
    switch (elf.machine) {
        case machines/* EM_ARM */.iD: {
            const refused = (own & EF_ARM_ABI_FLOAT_HARD) === 0 ? EF_ARM_ABI_FLOAT_HARD : EF_ARM_ABI_FLOAT_SOFT;
            return flags >>> 24 !== 5 || (flags & refused) === 0;
        }
        case machines/* EM_PPC64 */.vM:
            return (flags & EF_PPC64_ABI) === 0 || (flags & EF_PPC64_ABI) === (own & EF_PPC64_ABI);
        case machines/* EM_RISCV */.nq:
            return (flags & EF_RISCV_FLOAT_ABI) === (own & EF_RISCV_FLOAT_ABI);
        case machines/* EM_MIPS */.th: {
            const told = glibc_object_EF_MIPS_NAN2008 | (elf.class === 32 ? EF_MIPS_ABI2 : 0);
            return (flags & told) === (own & told) && (flags & EF_MIPS_FP64) === 0;
        }
        default:
            return true;
    }
}
function headerFault(elf) {
    if (!isKnownOsAbi(elf))
        return noLibrary('ELF file OS ABI invalid');
    if (!isKnownAbiVersion(elf))
        return noLibrary('ELF file ABI version invalid');
    if (elf.version !== 1)
        return broken('ELF file version does not match current one');
    if (elf.type !== ET_DYN && elf.type !== ET_EXEC)
        return noLibrary('only ET_DYN and ET_EXEC can be loaded');
    if (elf.programHeaderEntrySize !== (elf.class === 64 ? 56 : 32)) {
        return broken("ELF file's phentsize not the expected size");
    }
    const lost = elf.problems.some(({ part, kind }) => part === 'program-headers' && kind === 'cut');
    return lost ? broken('cannot read file data') : null;
}
function isKnownOsAbi({ osAbi, machine }) {
    const isArm = machine === machines/* EM_ARM */.iD && osAbi === ELFOSABI_ARM_AEABI;
    return osAbi === ELFOSABI_SYSV || osAbi === ELFOSABI_GNU || isArm;
}
function isKnownAbiVersion({ osAbi, abiVersion, machine }) {
    if (abiVersion === 0 || (osAbi === ELFOSABI_GNU && abiVersion < ABI_VERSIONS))
        return true;
    return machine === machines/* EM_MIPS */.th && osAbi === ELFOSABI_SYSV && abiVersion < 6;
}
function segmentFault(elf) {
    const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
    if (loads.some(({ virtualAddress, offset }) => (virtualAddress - offset) % glibc_object_PAGE !== 0n)) {
        return broken('ELF load command address/offset not page-aligned', 'name');
    }
    if (loads.length === 0)
        return broken('object file has no loadable segments', 'name');
    if (elf.type !== ET_DYN)
        return noLibrary('cannot dynamically load executable', 'name');
    if (losesPages(elf))
        return broken('Bus error', 'nothing');
    if (elf.dynamic === null)
        return noLibrary('object file has no dynamic section', 'name');
    if ((elf.dynamic.flags1 & DF_1_PIE) !== 0) {
        return noLibrary('cannot dynamically load position-independent executable', 'name');
    }
    return null;
}

;// CONCATENATED MODULE: ./lib/start/ld-cache.js
/**
 * /etc/ld.so.cache: what ldconfig wrote and what ld.so believes, whatever lies in the directories since
 * (elf/dl-cache.c and sysdeps/generic/dl-cache.h of glibc). Both formats are read: the old one of libc5 days,
 * alone or with the new one behind it, and the new one with its table of glibc-hwcaps names.
 */

const OLD_MAGIC = 'ld.so-1.7.0';
const NEW_MAGIC = 'glibc-ld.so.cache1.1';
const OLD_HEADER = 16;
const OLD_ENTRY = 12;
const NEW_HEADER = 48;
const NEW_ENTRY = 24;
const EXTENSION_MAGIC = 0xeaa42174;
const TAG_GLIBC_HWCAPS = 1;
const HWCAP_EXTENSION = 1n << 62n;
const ISA_LEVEL_BITS = 0x3ffn << 32n;
/** Kept apart by ldconfig for threads of the year 2002; every loader has it. */
const HWCAP_TLS = 1n << 63n;
/**
 * Reads the cache as a loader of this byte order does; null when that loader ignores the file (another format,
 * cut short, or written for the other byte order).
 */
function parseLdCache(latin1, byteOrder) {
    const bytes = Buffer.from(latin1, 'latin1');
    const file = new CacheFile(bytes, byteOrder === 'little');
    if (file.has(NEW_MAGIC, 0))
        return parseNew(file, 0);
    if (!file.has(OLD_MAGIC, 0) || bytes.length <= OLD_HEADER)
        return null;
    const count = file.u32(12);
    if (count > (bytes.length - OLD_HEADER) / OLD_ENTRY)
        return null;
    const behind = Math.ceil((OLD_HEADER + count * OLD_ENTRY) / 8) * 8;
    if (file.has(NEW_MAGIC, behind) && bytes.length >= behind + NEW_HEADER)
        return parseNew(file, behind);
    return new Table(file, { start: OLD_HEADER, count, width: OLD_ENTRY, strings: OLD_HEADER + count * OLD_ENTRY }, []);
}
function parseNew(file, at) {
    const rest = file.bytes.length - at;
    const count = file.u32(at + 20);
    if (rest <= NEW_HEADER || count > (rest - NEW_HEADER) / NEW_ENTRY)
        return null;
    const order = file.bytes[at + 28] ?? 0;
    const written = file.little ? 2 : 3;
    if (order !== 0 && (order & 3) !== written)
        return null;
    const table = { start: at + NEW_HEADER, count, width: NEW_ENTRY, strings: at };
    return new Table(file, table, hwcapNames(file, at));
}
/** The names that hwcap numbers of the extension point at; empty where the file has no such table. */
function hwcapNames(file, at) {
    const extension = file.u32(at + 32);
    if (extension === 0 || extension % 4 !== 0 || file.u32(extension) !== EXTENSION_MAGIC)
        return [];
    const sections = Math.min(file.u32(extension + 4), 64);
    for (let index = 0; index < sections; index++) {
        const section = extension + 8 + index * 16;
        if (file.u32(section) !== TAG_GLIBC_HWCAPS)
            continue;
        const offset = file.u32(section + 8);
        const names = Math.min(file.u32(section + 12) / 4, file.bytes.length / 4);
        return Array.from({ length: Math.floor(names) }, (_, name) => file.text(file.u32(offset + name * 4)));
    }
    return [];
}
class Table {
    #file;
    #layout;
    #hwcaps;
    constructor(file, layout, hwcaps) {
        this.#file = file;
        this.#layout = layout;
        this.#hwcaps = hwcaps;
    }
    find(name, accepts) {
        const found = [];
        for (let index = this.#firstOf(name); index < this.#layout.count && compareNames(name, this.#key(index)) === 0; index++) {
            const entry = this.#layout.start + index * this.#layout.width;
            const flags = this.#file.u32(entry);
            if (!accepts(flags))
                continue;
            const path = this.#file.text(this.#layout.strings + this.#file.u32(entry + 8));
            found.push({ path, flags, level: this.#level(entry) });
        }
        return found;
    }
    /** ld.so's binary search, which finds nothing where the table is not sorted in its own order. */
    #firstOf(name) {
        let left = 0;
        let right = this.#layout.count - 1;
        while (left <= right) {
            let middle = (left + right) >> 1;
            const order = compareNames(name, this.#key(middle));
            if (order === 0) {
                while (middle > 0 && compareNames(name, this.#key(middle - 1)) === 0)
                    middle--;
                return middle;
            }
            // The file is sorted downwards.
            if (order < 0)
                left = middle + 1;
            else
                right = middle - 1;
        }
        return this.#layout.count;
    }
    #key(index) {
        const entry = this.#layout.start + index * this.#layout.width;
        return this.#file.text(this.#layout.strings + this.#file.u32(entry + 4));
    }
    #level(entry) {
        if (this.#layout.width < NEW_ENTRY)
            return { kind: 'baseline' };
        const hwcap = this.#file.u64(entry + 16);
        if ((hwcap & ~HWCAP_TLS) === 0n)
            return { kind: 'baseline' };
        const isNamed = (hwcap & ~ISA_LEVEL_BITS & ~0xffffffffn) === HWCAP_EXTENSION;
        const name = isNamed ? this.#hwcaps[Number(hwcap & 0xffffffffn)] : undefined;
        return name === undefined ? { kind: 'legacy' } : { kind: 'named', name };
    }
}
/** Bytes that may lie about every offset: whatever is outside reads as zero or as the empty string. */
class CacheFile {
    bytes;
    little;
    constructor(bytes, little) {
        this.bytes = bytes;
        this.little = little;
    }
    has(magic, at) {
        return this.bytes.toString('latin1', at, at + magic.length) === magic;
    }
    u32(at) {
        if (at < 0 || at + 4 > this.bytes.length)
            return 0;
        return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
    }
    u64(at) {
        if (at < 0 || at + 8 > this.bytes.length)
            return 0n;
        return this.little ? this.bytes.readBigUInt64LE(at) : this.bytes.readBigUInt64BE(at);
    }
    text(at) {
        if (at < 0 || at >= this.bytes.length)
            return '';
        const end = this.bytes.indexOf(0, at);
        return (0,plain_text/* decodeBytes */.y)(this.bytes.subarray(at, end === -1 ? this.bytes.length : end));
    }
}
/** `_dl_cache_libcmp`: runs of digits compare as numbers, and digits come after everything else. */
function compareNames(one, other) {
    let [at, otherAt] = [0, 0];
    while (at < one.length) {
        const [a, b] = [digitsAt(one, at), digitsAt(other, otherAt)];
        if (a !== '' && b !== '') {
            const difference = Number(a) - Number(b);
            if (difference !== 0)
                return difference;
            at += a.length;
            otherAt += b.length;
        }
        else if (a !== '')
            return 1;
        else if (b !== '')
            return -1;
        else {
            const difference = one.charCodeAt(at) - (otherAt < other.length ? other.charCodeAt(otherAt) : 0);
            if (difference !== 0)
                return difference;
            at++;
            otherAt++;
        }
    }
    return otherAt < other.length ? -1 : 0;
}
function digitsAt(text, at) {
    return /^\d+/.exec(text.slice(at, at + 40))?.[0] ?? '';
}

;// CONCATENATED MODULE: ./lib/start/open-file.js
/** open(2) of a file by the user of the process, for reading. */

/** What a loader that looks there finds is not the image's. */
function outsideOf(at) {
    return { path: at, why: 'the host decides what is there' };
}
function openFile(execution, path) {
    const walk = (0,resolve/* resolve */.h)(execution.rootfs, path, { from: execution.workingDir });
    const closed = walk.directories.find((directory) => !execution.access.maySearch(directory));
    if (closed !== undefined)
        return { kind: 'denied', at: closed.path };
    switch (walk.kind) {
        case 'found':
            return execution.access.mayRead(walk.located)
                ? { kind: 'file', file: { path, located: walk.located, hops: walk.hops } }
                : { kind: 'denied', at: walk.located.path };
        case 'loop':
            return { kind: 'unusable', at: walk.at, error: 'ELOOP' };
        case 'too-long':
            return { kind: 'unusable', at: walk.at, error: 'ENAMETOOLONG' };
        case 'runtime-mount':
            return { kind: 'outside', at: walk.at };
        default:
            return { kind: 'absent', at: walk.at };
    }
}

;// CONCATENATED MODULE: ./lib/start/loader-text.js
/** Small files that a loader reads whole: its cache, its list of preloads, its list of directories. */


const NULL_DEVICE = '/dev/null';
/** @throws {LayerNeeded} */
function readLoaderText(execution, path) {
    const opened = openFile(execution, path);
    if (opened.kind === 'absent')
        return { kind: 'absent' };
    if (opened.kind === 'outside') {
        return isNullDevice(execution, path)
            ? { kind: 'text', text: '' }
            : { kind: 'unread', why: `what the host puts at ${opened.at} decides` };
    }
    if (opened.kind !== 'file' || opened.file.located.entry.type !== 'file')
        return { kind: 'unusable' };
    const { content } = opened.file.located.entry;
    if (content?.kind === 'empty')
        return { kind: 'text', text: '' };
    const text = content?.kind === 'other' || content?.kind === 'script' ? content.text : null;
    return text === null ? { kind: 'unread', why: 'its text was not kept' } : { kind: 'text', text };
}
/** A file that is masked by a symlink, as administrators do. */
function isNullDevice({ rootfs, workingDir }, path) {
    const { hops } = (0,resolve/* resolve */.h)(rootfs, path, { from: workingDir });
    return hops.at(-1)?.target === NULL_DEVICE;
}

;// CONCATENATED MODULE: ./lib/start/string-tokens.js
/** `$ORIGIN`, `$LIB` and `$PLATFORM` in paths of libraries: `_dl_dst_substitute` of glibc's elf/dl-load.c. */
/** A token ends where a name ends, and `${LIBRARY}` or `$LIBX` is none: other text stays as it is. */
const TOKEN = /\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_]))/g;
function tokensIn(text) {
    return [...text.matchAll(TOKEN)].map((match) => tokenOf(match[1] ?? match[2]));
}
/** Null where a token has no value: the loader then leaves the whole path out. */
function expandTokens(text, values) {
    let isComplete = true;
    const expanded = text.replace(TOKEN, (_, inBraces, bare) => {
        const value = values[tokenOf(inBraces ?? bare)];
        if (value === null)
            isComplete = false;
        return value ?? '';
    });
    return isComplete ? expanded : null;
}
function tokenOf(name) {
    return name === 'LIB' || name === 'PLATFORM' ? name : 'ORIGIN';
}
/** In a set-uid program `$ORIGIN` counts only as the first component of a path. */
function startsWithOrigin(text) {
    return /^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(text) && tokensIn(text).lastIndexOf('ORIGIN') === 0;
}
/** `is_trusted_path_normalize`: whether a path, `.` and `..` taken out, lies below one of the directories. */
function isBelow(path, directories) {
    const parts = [];
    for (const part of path.split('/')) {
        if (part === '..')
            parts.pop();
        else if (part !== '' && part !== '.')
            parts.push(part);
    }
    const normal = `/${parts.join('/')}/`;
    return directories.some((directory) => normal.startsWith(`${directory}/`));
}

;// CONCATENATED MODULE: ./lib/start/glibc-search.js
/**
 * Where glibc's loader looks for a library: `_dl_map_object` and `open_path` of elf/dl-load.c, in the order of
 * ld.so(8): RPATH of who asks and of those before it, LD_LIBRARY_PATH, RUNPATH of who asks, the cache, the
 * directories that the loader was built with. Left out: LD_AUDIT modules that rename things, and tunables.
 */










const LIB_UNREAD = 'what it puts for $LIB could not be told';
const NOT_THERE = 'No such file or directory';
class GlibcSearch {
    #world;
    #subdirectories = new Map();
    #cache;
    #asksHost = false;
    #unread = null;
    constructor(world) {
        this.#world = world;
    }
    /** Whether another host could have given other answers so far. */
    get asksHost() {
        return this.#asksHost;
    }
    /** What of the loader's own facts was asked for and is not known. */
    get unread() {
        return this.#unread;
    }
    /** @throws {LayerNeeded} */
    find(name, by, wants) {
        const hunt = { name, wants, searched: [], passedOver: [], error: NOT_THERE };
        const end = name.includes('/') ? this.#openPath(hunt, by) : this.#searchAll(hunt, by);
        if (end !== null)
            return end;
        const { searched, passedOver } = hunt;
        const otherClass = passedOver.some(({ why }) => why === OTHER_CLASS);
        const words = `wrong ELF class: ELFCLASS${this.#world.loader.class === 64 ? 32 : 64}`;
        const error = otherClass ? words : `cannot open shared object file: ${hunt.error}`;
        return { kind: 'nothing', error, searched, passedOver };
    }
    #openPath(hunt, by) {
        const path = expandTokens(hunt.name, this.tokensOf(by, hunt.name));
        return path === null ? null : (this.#tryFile(hunt, path, 'its path').end ?? null);
    }
    #searchAll(hunt, by) {
        for (const place of this.#places(hunt, by)) {
            const end = place.kind === 'cache' ? this.#tryCached(hunt, place, by) : this.#tryAll(hunt, place);
            if (end !== null)
                return end;
        }
        return null;
    }
    *#places(hunt, by) {
        const { execution, builtIn } = this.#world;
        // An object with RUNPATH has no RPATH, and does not inherit one either.
        if (runpathOf(by) === null) {
            for (let object = by; object !== null; object = object.by) {
                const directories = this.#split(rpathOf(object), ':', object);
                yield { kind: 'directories', via: `RPATH of ${link_map_nameOf(object)}`, directories };
            }
        }
        if (execution.mode === 'normal') {
            const path = execution.environment.get('LD_LIBRARY_PATH') ?? '';
            const directories = this.#split(path, /[:;]/, link_map_programOf(by));
            yield { kind: 'directories', via: 'LD_LIBRARY_PATH', directories };
        }
        const runpath = this.#split(runpathOf(by), ':', by);
        yield { kind: 'directories', via: `RUNPATH of ${link_map_nameOf(by)}`, directories: runpath };
        if (builtIn.cache !== null && hunt.wants === 'any file') {
            yield { kind: 'cache', via: builtIn.cache, path: builtIn.cache };
        }
        if (((by.elf.dynamic?.flags1 ?? 0) & DF_1_NODEFLIB) === 0) {
            yield { kind: 'directories', via: 'default directory', directories: builtIn.systemDirectories };
        }
    }
    /** Directories of a path list; '' stands for the working directory. */
    #split(list, separator, owner) {
        if (list === null || list === '')
            return [];
        return list.split(separator).flatMap((entry) => {
            const directory = expandTokens(entry, this.tokensOf(owner, entry));
            if (directory === null || (directory === '' && entry !== ''))
                return [];
            if (tokensIn(entry).includes('ORIGIN') && !this.#trusts(owner, entry, directory))
                return [];
            return [directory.length > 1 ? directory.replace(/\/+$/, '') || '/' : directory];
        });
    }
    /** `$ORIGIN` of a set-uid program counts only below the loader's own directories. */
    #trusts(owner, entry, directory) {
        if (this.#world.execution.mode === 'normal')
            return true;
        const { systemDirectories } = this.#world.builtIn;
        return startsWithOrigin(entry) && (owner.by !== null || isBelow(directory, systemDirectories));
    }
    /** What `$ORIGIN` and the others stand for in a text of this object. */
    tokensOf(owner, text) {
        if (tokensIn(text).includes('PLATFORM'))
            this.#asksHost = true;
        // The kernel tells the program's real place (/proc/self/exe); a library's is the path it was opened by.
        const path = owner.by === null ? owner.file.located.path : owner.file.path;
        const absolute = path.startsWith('/') ? path : `${this.#world.execution.workingDir}/${path}`;
        if (tokensIn(text).includes('LIB') && this.#world.builtIn.lib === null)
            this.#unread = LIB_UNREAD;
        return {
            ORIGIN: (0,rootfs_path/* parentOf */.gN)(absolute),
            LIB: this.#world.builtIn.lib,
            PLATFORM: this.#world.host.platform,
        };
    }
    #tryAll(hunt, { directories, via }) {
        for (const directory of directories) {
            let isUsable = true;
            for (const subdirectory of ['', ...this.#subdirectoriesOf(directory)].toReversed()) {
                const place = directory === '' ? subdirectory : joined(directory, subdirectory);
                hunt.searched.push(place === '' ? '.' : place);
                const { end, error } = this.#tryFile(hunt, place === '' ? hunt.name : joined(place, hunt.name), via);
                if (end !== undefined)
                    return end;
                isUsable = error === undefined || !this.#isDirectory(directory);
            }
            // Any other error than ENOENT and EACCES ends this list of directories, not the search.
            if (!isUsable)
                return null;
        }
        return null;
    }
    #tryCached(hunt, { path, via }, by) {
        const { loader, host, builtIn } = this.#world;
        hunt.searched.push(path);
        this.#cache ??= this.#readCache(path);
        if (this.#cache === null)
            return null;
        if ('why' in this.#cache)
            return glibc_search_unknown(hunt, this.#cache);
        const { path: found, asksHost } = lookUpCache(this.#cache, hunt.name, loader, host);
        this.#asksHost ||= asksHost;
        if (found === null)
            return null;
        const noDefaults = ((by.elf.dynamic?.flags1 ?? 0) & DF_1_NODEFLIB) !== 0;
        if (noDefaults && builtIn.systemDirectories.some((directory) => found.startsWith(`${directory}/`))) {
            return null;
        }
        return this.#tryFile(hunt, found, via).end ?? null;
    }
    #readCache(path) {
        const found = readLoaderText(this.#world.execution, path);
        if (found.kind === 'unread')
            return { path, why: found.why };
        return found.kind === 'text' ? parseLdCache(found.text, this.#world.loader.readAs.byteOrder) : null;
    }
    #tryFile(hunt, path, via) {
        const opened = openFile(this.#world.execution, path);
        hunt.error = NOT_THERE;
        switch (opened.kind) {
            case 'file':
                return hunt.wants === 'set-uid files' && (opened.file.located.entry.mode & 0o4000) === 0
                    ? {}
                    : this.#take(hunt, opened.file, via);
            case 'denied':
                hunt.error = 'Permission denied';
                hunt.passedOver.push({ path, because: 'unreadable', why: `the user may not read ${opened.at}` });
                return {};
            case 'unusable':
                // The loader's own strerror(3) knows the commonest errors only.
                hunt.error = opened.error === 'ELOOP' ? 'Error 40' : 'Error 36';
                return { error: opened.error };
            case 'outside':
                return { end: glibc_search_unknown(hunt, outsideOf(opened.at)) };
            default:
                return {};
        }
    }
    #take(hunt, file, via) {
        const { searched, passedOver } = hunt;
        const look = lookAsGlibc(file.located, this.#world.loader);
        switch (look.kind) {
            case 'maps':
                return { end: { kind: 'found', file, elf: look.elf, via, searched, passedOver } };
            case 'fatal':
                return { end: { kind: 'fatal', file, fault: look.fault, via, searched, passedOver } };
            case 'passed-over':
                passedOver.push({ path: file.path, because: 'foreign', why: look.why });
                return {};
            default:
                return { end: glibc_search_unknown(hunt, { path: file.located.path, why: look.why }) };
        }
    }
    /** The sub-directories for better processors that exist and that this host's processor uses, the best last. */
    #subdirectoriesOf(directory) {
        const known = this.#subdirectories.get(directory);
        if (known !== undefined)
            return known;
        const { builtIn, host } = this.#world;
        const hwcaps = builtIn.hwcaps
            .filter((name) => host.hwcaps.includes(name))
            .map((name) => `glibc-hwcaps/${name}`);
        const legacy = builtIn.legacyHwcaps === 'searched' ? combinationsOf(host.legacy) : [];
        const found = [...hwcaps, ...legacy].filter((name) => this.#isDirectory(joined(directory, name)));
        const parents = ['glibc-hwcaps', ...(builtIn.legacyHwcaps === 'searched' ? LEGACY_WORDS : [])];
        this.#asksHost ||= parents.some((name) => this.#isDirectory(joined(directory, name)));
        this.#subdirectories.set(directory, found.toReversed());
        return found.toReversed();
    }
    #isDirectory(path) {
        const { rootfs, workingDir } = this.#world.execution;
        const walk = (0,resolve/* resolve */.h)(rootfs, path === '' ? '.' : path, { from: workingDir });
        return walk.kind === 'found' && walk.located.entry.type === 'directory';
    }
}
function glibc_search_unknown({ searched, passedOver }, unread) {
    return { kind: 'unknown', unread, searched, passedOver };
}
/** First words of the sub-directories of before glibc 2.37, on any of our hosts. */
const LEGACY_WORDS = ['tls', 'x86_64', 'haswell', 'xeon_phi', 'aarch64', 'atomics'];
/** All non-empty choices of the words, in their order, the longest and leftmost first (elf/dl-hwcaps.c). */
function combinationsOf(words) {
    const all = 2 ** words.length - 1;
    return Array.from({ length: all }, (_, index) => all - index).map((bits) => words.filter((_, at) => (bits & (1 << (words.length - 1 - at))) !== 0).join('/'));
}
function joined(directory, name) {
    if (name === '')
        return directory;
    return directory === '' || directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}
function runpathOf({ elf }) {
    return elf.dynamic?.runpath ?? null;
}
function rpathOf(object) {
    return runpathOf(object) === null ? (object.elf.dynamic?.rpath ?? null) : null;
}

;// CONCATENATED MODULE: ./lib/start/loader-messages.js

/** elf/rtld.c and elf/dl-error-skeleton.c of glibc. */
function glibcMessage(program, name, result) {
    const said = (about, error) => `${link_map_nameOf(program)}: error while loading shared libraries: ${about}: ${error}`;
    if (result.kind === 'nothing')
        return said(name, result.error);
    const { about, error } = result.fault;
    return about === 'nothing' ? error : said(about === 'path' ? result.file.path : name, error);
}
const STRERROR = /: (?:No such file or directory|Permission denied|Error \d+)$/;
/** `do_preload` of elf/rtld.c: the loader says so, without the words of strerror(3), and goes on. */
function preloadMessage(name, from, result) {
    const error = result.kind === 'nothing' ? result.error : result.fault.error;
    return `ERROR: ld.so: object '${name}' from ${from} cannot be preloaded (${error.replace(STRERROR, '')}): ignored.`;
}
/** `load_direct_deps` and `do_relocs` of musl's ldso/dynlink.c. */
function muslMessage(by, name, result) {
    const fault = result.kind === 'fatal' ? result.fault : { about: 'name', error: result.error };
    if (fault.about === 'nothing')
        return fault.error;
    return fault.about === 'relocation' && result.kind === 'fatal'
        ? `Error relocating ${result.file.path}: ${fault.error}`
        : `Error loading shared library ${name}: ${fault.error} (needed by ${link_map_nameOf(by)})`;
}

;// CONCATENATED MODULE: ./lib/start/libraries-glibc.js





const EVERYWHERE = { on: 'all' };
/** What the kernel maps into every process, under the name that it has there. */
const VDSO_NAMES = ['linux-vdso.so.1', 'linux-gate.so.1', 'linux-vdso64.so.1', 'linux-vdso32.so.1'];
/** @throws {LayerNeeded} */
function linkAsGlibc(world, program, loader) {
    const map = new LinkMap(world, program, loader);
    const listed = listedPreloads(world);
    for (const preload of preloadsOf(world, program, listed))
        map.request(preload);
    for (const object of map.objects)
        for (const request of requestsOf(object))
            map.request(request);
    return map.linked(listed.unread);
}
/** Entries of PT_DYNAMIC; a filter must be there like a library, an auxiliary may. */
function* requestsOf(by) {
    const { needed = [], filter = [], auxiliary = [] } = by.elf.dynamic ?? {};
    for (const name of needed)
        yield { role: 'library', name, by, asked: 'DT_NEEDED', without: 'stops' };
    for (const name of filter)
        yield { role: 'library', name, by, asked: 'DT_FILTER', without: 'stops' };
    for (const name of auxiliary) {
        yield { role: 'library', name, by, asked: 'DT_AUXILIARY', without: 'unnoticed' };
    }
}
/** What /etc/ld.so.preload says. */
function listedPreloads({ execution, builtIn: { preload } }) {
    if (preload === null)
        return { names: [], unread: [] };
    const found = readLoaderText(execution, preload);
    if (found.kind === 'unread')
        return { names: [], unread: [{ path: preload, why: found.why }] };
    const text = found.kind === 'text' ? found.text.replaceAll(/#[^\n]*/g, '') : '';
    return { names: text.split(/[: \t\n]+/).filter((name) => name !== ''), unread: [] };
}
/** LD_PRELOAD and then /etc/ld.so.preload: what cannot be preloaded is only complained of. */
function* preloadsOf({ execution, builtIn }, program, listed) {
    const request = { role: 'preload', by: program, without: 'ignored' };
    for (const name of (execution.environment.get('LD_PRELOAD') ?? '').split(/[ :]/)) {
        const isRefused = execution.mode === 'secure' && name.includes('/');
        if (name !== '' && !isRefused)
            yield { ...request, name, asked: 'LD_PRELOAD' };
    }
    for (const name of listed.names)
        yield { ...request, name, asked: builtIn.preload ?? '' };
}
class LinkMap {
    /** Grows while it is walked over. */
    objects;
    #world;
    #search;
    #loader;
    #missing = new Map();
    #unread = [];
    #byName = new Map();
    #bySoname = new Map();
    /** Hard links and symlinks to a mapped file are that file. */
    #byInode = new Map();
    constructor(world, program, loader) {
        this.#world = world;
        this.#search = new GlibcSearch(world);
        this.#loader = loader;
        this.objects = [program];
        // The program goes by no name, the loader by that in PT_INTERP and by its own.
        this.#byName.set('', program);
        const soname = loader.elf.dynamic?.soname ?? loader.name;
        for (const name of [loader.name, soname, ...VDSO_NAMES])
            this.#byName.set(name, loader);
        const own = program.elf.dynamic?.soname ?? null;
        if (own !== null)
            this.#bySoname.set(own, program);
    }
    request(request) {
        const { by, role, name: asked } = request;
        const { mode } = this.#world.execution;
        if (role === 'library' && mode === 'secure' && tokensIn(asked).length > 0) {
            const error = 'DST not allowed in SUID/SGID programs';
            this.#refuse(request, { kind: 'nothing', error, searched: [], passedOver: [] });
            return;
        }
        const name = expandTokens(asked, this.#search.tokensOf(by, asked)) ?? asked;
        const known = this.#byName.get(name) ?? this.#bySoname.get(name);
        if (known !== undefined) {
            this.#byName.set(name, known);
            // The loader's own symbols count once somebody asks for it.
            if (known.role === 'loader' && !this.objects.includes(known))
                this.objects.push(known);
            return;
        }
        const result = this.#search.find(name, by, mode === 'secure' && role === 'preload' ? 'set-uid files' : 'any file');
        if (result.kind === 'found')
            this.#map(request, name, result);
        else if (result.kind === 'unknown')
            this.#unread.push(result.unread);
        else
            this.#refuse({ ...request, name }, result);
    }
    linked(unread) {
        return {
            objects: this.objects,
            named: this.#byName,
            missing: [...this.#missing.values()],
            unread: [...unread, ...this.#unread, ...this.#loaderUnread()],
            asksHost: this.#search.asksHost,
        };
    }
    #loaderUnread() {
        const { unread } = this.#search;
        return unread === null ? [] : [{ path: this.#loader.file.located.path, why: unread }];
    }
    #map({ role, by }, name, { file, elf, via, searched }) {
        const mapped = this.#byInode.get(file.located.entry);
        const object = mapped ?? { role, name, by, file, elf, via, searched };
        this.#byName.set(name, object);
        if (mapped !== undefined)
            return;
        this.objects.push(object);
        this.#byInode.set(file.located.entry, object);
        if (!this.#byName.has(file.path))
            this.#byName.set(file.path, object);
        const soname = elf.dynamic?.soname ?? null;
        if (soname !== null && !this.#bySoname.has(soname))
            this.#bySoname.set(soname, object);
    }
    /** Each name is said once, with who asked first; what stops the start is said rather than what is ignored. */
    #refuse({ role, name, by, asked, without }, result) {
        const known = this.#missing.get(name)?.refusal.effect;
        if (without === 'unnoticed' || known === 'stops' || known === without)
            return;
        const { passedOver, searched } = result;
        const isFatal = result.kind === 'fatal';
        const error = without === 'ignored' ? preloadMessage(name, asked, result) : glibcMessage(link_map_programOf(by), name, result);
        const refusal = { kind: libraries_glibc_kindOf(result), error, passedOver, hosts: EVERYWHERE, effect: without };
        const file = isFatal ? result.file : null;
        this.#missing.set(name, { role, name, by, file, via: isFatal ? result.via : asked, searched, refusal });
    }
}
function libraries_glibc_kindOf(result) {
    if (result.kind === 'fatal')
        return result.fault.file === 'broken' ? 'library-broken' : 'library-mismatch';
    return result.passedOver.some(({ because }) => because === 'foreign')
        ? 'library-mismatch'
        : 'library-not-found';
}

;// CONCATENATED MODULE: ./lib/elf/symbol-hash.js
/**
 * A 64-bit hash of a symbol's name, for looking names up without keeping them: FNV-1a in the upper half and
 * Bernstein's times-33 in the lower. Two different names of one image agree by chance once in 2^64 pairs.
 * @param name one byte a UTF-16 unit, as {@link SymbolFacts.undefined} has them.
 */
function symbolHash(name) {
    let high = FNV_OFFSET;
    let low = BERNSTEIN_SEED;
    for (let index = 0; index < name.length; index++) {
        const byte = name.charCodeAt(index) & 0xff;
        high = Math.imul(high ^ byte, FNV_PRIME);
        low = (Math.imul(low, 33) ^ byte) | 0;
    }
    return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const BERNSTEIN_SEED = 5381;
const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** Gathers hashes of names in a table of bytes, without a BigInt for each. */
class SymbolHashes {
    #halves;
    #count = 0;
    constructor(capacity) {
        this.#halves = new Uint32Array(2 * capacity);
    }
    /** The name is `table[start..end)`. */
    add(table, start, end) {
        let high = FNV_OFFSET;
        let low = BERNSTEIN_SEED;
        for (let index = start; index < end; index++) {
            const byte = table[index] ?? 0;
            high = Math.imul(high ^ byte, FNV_PRIME);
            low = (Math.imul(low, 33) ^ byte) | 0;
        }
        const at = 2 * this.#count++;
        this.#halves[at] = LITTLE_ENDIAN_HOST ? low : high;
        this.#halves[at + 1] = LITTLE_ENDIAN_HOST ? high : low;
    }
    sorted() {
        return new BigUint64Array(this.#halves.slice(0, 2 * this.#count).buffer).sort();
    }
}
/** Whether a sorted table of hashes holds this one. */
function hasSymbol(defined, name) {
    const wanted = symbolHash(name);
    let [low, high] = [0, defined.length];
    while (low < high) {
        const middle = (low + high) >>> 1;
        const found = defined[middle] ?? 0n;
        if (found === wanted)
            return true;
        if (found < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/start/musl-relocations.js

/** Of the machines whose files come from elsewhere most often; R_*_IRELATIVE of glibc's libraries is in none. */
const SUPPORTED = new Map([
    [machines/* EM_386 */.$W, new Set([1, 2, 5, 6, 7, 8, 14, 35, 36, 37, 41])],
    [machines/* EM_AARCH64 */.Nu, new Set([257, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031])],
    [machines/* EM_ARM */.iD, new Set([2, 13, 17, 18, 19, 20, 21, 22, 23])],
    [machines/* EM_X86_64 */.pe, new Set([1, 2, 5, 6, 7, 8, 16, 17, 18, 36])],
]);
/** Whether the loader meets a relocation that it gives up on. */
function hasForeignRelocations({ symbols, machine }) {
    const supported = SUPPORTED.get(machine);
    return supported !== undefined && (symbols?.relocations ?? []).some((type) => !supported.has(type));
}
/** What musl 1.2.4 brought (the release notes): before, DT_RELR is passed over and its addresses stay as they are. */
const PACKED_SINCE = [1, 2, 4];
/** Whether this loader leaves packed relocations undone; one of an unknown version does them. */
function leavesPacked({ version }) {
    const numbers = (version ?? '').split(/[.\D]/, 3).map(Number);
    const at = PACKED_SINCE.findIndex((number, index) => number !== (numbers[index] ?? 0));
    return version !== null && at >= 0 && (numbers[at] ?? 0) < (PACKED_SINCE[at] ?? 0);
}
/**
 * Whether nothing of a file for another machine is relocated or run before the program: musl does not look at
 * e_machine, so that such a file does no harm.
 */
function isInert({ symbols, dynamic }) {
    const isUntouched = symbols !== null && symbols.relocations.length === 0;
    return isUntouched && dynamic?.hasInitializers === false && !dynamic.packedRelocations;
}

;// CONCATENATED MODULE: ./lib/start/musl-object.js
/**
 * The look of musl's loader at a file: `map_library` of ldso/dynlink.c. It checks next to nothing and takes the
 * first file of a name, whatever it is; what is no library for it ends the start here or in the relocations.
 */





const NOT_EXECUTABLE = 'Exec format error';
function lookAsMusl(file, loader) {
    const { type, content } = file.entry;
    if (type === 'directory')
        return fatal('Is a directory', 'no-library');
    if (type !== 'file' || content === undefined)
        return { kind: 'unread', why: 'its content was not read' };
    if (content.kind !== 'elf' || isOfOtherShape(content, loader))
        return fatal(NOT_EXECUTABLE, 'no-library');
    if (content.type !== ET_DYN && content.type !== ET_EXEC)
        return fatal(NOT_EXECUTABLE, 'no-library');
    const unread = unreadPart(content);
    if (unread !== null)
        return { kind: 'unread', why: unread };
    const isCut = content.problems.some(({ part, kind }) => part === 'program-headers' && kind === 'cut');
    if (isCut)
        return fatal(NOT_EXECUTABLE, 'broken');
    if (losesPages(content))
        return fatal('Bus error', 'broken', 'nothing');
    if (content.dynamic === null)
        return fatal(NOT_EXECUTABLE, 'no-library');
    const isForeign = content.machine !== loader.machine;
    if (isForeign ? !isInert(content) : hasForeignRelocations(content)) {
        return fatal('unsupported relocation type', 'no-library', 'relocation');
    }
    return isLibc(content) ? { kind: 'is-libc' } : { kind: 'maps', elf: content };
}
function fatal(error, file, about = 'name') {
    return { kind: 'fatal', fault: { error, about, file } };
}
/** Read with the header of its own word size and byte order, the file makes no sense. */
function isOfOtherShape({ readAs }, loader) {
    return readAs.class !== loader.readAs.class || readAs.byteOrder !== loader.readAs.byteOrder;
}
function isLibc({ symbols }) {
    return symbols !== null && ['__libc_start_main', 'stdin'].every((name) => hasSymbol(symbols.defined, name));
}

;// CONCATENATED MODULE: ./lib/start/musl-search.js





/** What fits into `char buf[2*NAME_MAX+2]`; longer paths are passed over in silence. */
const PATH_BYTES = 511;
/** musl's strerror(3). */
const MUSL_WORDS = { ELOOP: 'Symbolic link loop', ENAMETOOLONG: 'Filename too long' };
const musl_search_NOT_THERE = 'No such file or directory';
const DENIED = 'Permission denied';
/** @throws {LayerNeeded} */
function searchAsMusl(world, name, by, role) {
    const searched = [];
    const passedOver = [];
    const trail = { searched, passedOver };
    /** Of the last file that was tried. */
    let error = musl_search_NOT_THERE;
    if (name.includes('/'))
        return taken(world, openFile(world.execution, name), 'its path', trail);
    for (const { via, list, unread } of pathLists(world, by, role)) {
        if (unread !== undefined)
            return { kind: 'unknown', unread, ...trail };
        for (const directory of list.split(/[:\n]+/)) {
            const path = `${directory}/${name}`;
            if (directory === '' || (0,rootfs_path/* byteLengthOf */.gG)(path) > PATH_BYTES)
                continue;
            searched.push(directory);
            const opened = openFile(world.execution, path);
            error = musl_search_NOT_THERE;
            if (opened.kind === 'denied') {
                error = DENIED;
                passedOver.push({ path, because: 'unreadable', why: `the user may not read ${opened.at}` });
            }
            else if (opened.kind !== 'absent' && !isTooLong(opened)) {
                return taken(world, opened, via, trail);
            }
        }
    }
    return { kind: 'nothing', error, ...trail };
}
function isTooLong(opened) {
    return opened.kind === 'unusable' && opened.error === 'ENAMETOOLONG';
}
function taken({ loader }, opened, via, trail) {
    switch (opened.kind) {
        case 'file':
            return looked(opened.file, loader, via, trail);
        case 'denied':
            return { kind: 'nothing', error: DENIED, ...trail };
        case 'unusable':
            return { kind: 'nothing', error: MUSL_WORDS[opened.error], ...trail };
        case 'outside':
            return { kind: 'unknown', unread: outsideOf(opened.at), ...trail };
        default:
            return { kind: 'nothing', error: musl_search_NOT_THERE, ...trail };
    }
}
function looked(file, loader, via, trail) {
    const look = lookAsMusl(file.located, loader);
    switch (look.kind) {
        case 'maps':
            return { kind: 'found', file, elf: look.elf, via, ...trail };
        case 'fatal':
            return { kind: 'fatal', file, via, fault: look.fault, ...trail };
        case 'unread':
            return { kind: 'unknown', unread: { path: file.located.path, why: look.why }, ...trail };
        default:
            return { kind: 'is-libc' };
    }
}
/** LD_LIBRARY_PATH; RPATH or RUNPATH of who asks and of all before it; the system's path. */
function* pathLists(world, by, role) {
    const { environment, mode } = world.execution;
    const list = mode === 'secure' ? undefined : environment.get('LD_LIBRARY_PATH');
    if (list !== undefined)
        yield { via: 'LD_LIBRARY_PATH', list };
    // A preload was asked for by nobody: it is searched for in no object's path, and its needs only in its own.
    let object = role === 'preload' ? null : by;
    while (object !== null) {
        const own = runPathOf(mode, object);
        if (own !== null)
            yield { via: `RUNPATH of ${link_map_nameOf(object)}`, list: own };
        object = object.role === 'preload' ? null : object.by;
    }
    yield systemPathOf(world);
}
/** DT_RUNPATH wins over DT_RPATH; with any other token than `$ORIGIN` in it the whole path is ignored. */
function runPathOf(mode, object) {
    const path = object.elf.dynamic?.runpath ?? object.elf.dynamic?.rpath ?? null;
    if (path === null || !path.includes('$'))
        return path;
    if (/\$(?!ORIGIN|\{ORIGIN\})/.test(path))
        return null;
    const isProgram = object.by === null;
    const file = isProgram ? object.file.located.path : object.file.path;
    if (mode === 'secure' && (isProgram || !file.startsWith('/')))
        return null;
    const origin = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
    return path.replaceAll(/\$(?:ORIGIN|\{ORIGIN\})/g, () => origin);
}
/** `/etc/ld-musl-ARCH.path` below the directory above the loader's, else what is built in. */
function systemPathOf({ execution, builtIn, loaderName }) {
    const prefix = loaderName.startsWith('/') ? (0,rootfs_path/* parentOf */.gN)((0,rootfs_path/* parentOf */.gN)(loaderName)) : '/';
    const path = `${prefix === '/' ? '' : prefix}/etc/ld-musl-${builtIn.arch}.path`;
    const via = 'default directory';
    const found = readLoaderText(execution, path);
    switch (found.kind) {
        case 'absent':
            return { via, list: builtIn.systemDirectories.join(':') };
        case 'text':
            return { via, list: found.text };
        case 'unread':
            return { via, list: '', unread: { path, why: found.why } };
        default:
            return { via, list: '' };
    }
}

;// CONCATENATED MODULE: ./lib/start/libraries-musl.js


/** `load_library`'s list of names that are the loader itself, whatever lies in the directories. */
const BUILT_IN = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;
/** `preload`: what the loader was told to map first instead of LD_PRELOAD. @throws {LayerNeeded} */
function linkAsMusl(world, program, loader, preload = null) {
    const link = new MuslLink(world, program, loader);
    const { environment, mode } = world.execution;
    const listed = mode === 'secure' ? '' : (environment.get('LD_PRELOAD') ?? '');
    for (const name of (preload ?? listed).split(/[\s:]+/)) {
        if (name !== '')
            link.load({ name, by: program, role: 'preload' });
    }
    for (const object of link.objects) {
        const needed = object === loader ? [] : (object.elf.dynamic?.needed ?? []);
        for (const name of needed)
            link.load({ name, by: object, role: 'library' });
    }
    return link.linked();
}
const libraries_musl_EVERYWHERE = { on: 'all' };
class MuslLink {
    /** Grows while it is walked over. */
    objects;
    #world;
    #loader;
    #missing = new Map();
    #unread = [];
    #named = new Map();
    /** Found by a search, by the last part of the path; sonames mean nothing to musl. */
    #byShortName = new Map();
    #byInode = new Map();
    constructor(world, program, loader) {
        this.#world = world;
        this.#loader = loader;
        this.objects = [program];
    }
    linked() {
        return {
            objects: this.objects,
            named: this.#named,
            missing: [...this.#missing.values()],
            unread: this.#unread,
        };
    }
    load(request) {
        const { name, by, role } = request;
        if (BUILT_IN.test(name) || name === this.#loader.name) {
            this.#takeLoader(name);
            return;
        }
        if (!name.includes('/') && this.#byShortName.has(name))
            return;
        const result = searchAsMusl(this.#world, name, by, role);
        switch (result.kind) {
            case 'found':
                this.#map(request, result);
                break;
            case 'is-libc':
                this.#takeLoader(name);
                break;
            case 'unknown':
                this.#unread.push(result.unread);
                break;
            default:
                this.#refuse(request, result);
        }
    }
    /** The loader is the libc, and its symbols count from its first request on. */
    #takeLoader(name) {
        if (!this.objects.includes(this.#loader))
            this.objects.push(this.#loader);
        this.#named.set(name, this.#loader);
    }
    #map({ name, by, role }, { file, elf, via, searched }) {
        const mapped = this.#byInode.get(file.located.entry);
        const object = mapped ?? { role, name, by, file, elf, via, searched };
        this.#named.set(name, object);
        if (!name.includes('/'))
            this.#byShortName.set(name, object);
        if (mapped !== undefined)
            return;
        this.#byInode.set(file.located.entry, object);
        this.objects.push(object);
    }
    /** A preload that cannot be mapped is left out in silence; every other name is said once. */
    #refuse({ name, by, role }, result) {
        if (role === 'preload' || this.#missing.has(name))
            return;
        const { passedOver, searched } = result;
        const isFatal = result.kind === 'fatal';
        const error = muslMessage(by, name, result);
        const refusal = { kind: libraries_musl_kindOf(result), error, passedOver, hosts: libraries_musl_EVERYWHERE, effect: 'stops' };
        const file = isFatal ? result.file : null;
        this.#missing.set(name, {
            role,
            name,
            by,
            file,
            via: isFatal ? result.via : 'DT_NEEDED',
            searched,
            refusal,
        });
    }
}
function libraries_musl_kindOf(result) {
    if (result.kind === 'nothing')
        return 'library-not-found';
    return result.fault.file === 'broken' ? 'library-broken' : 'library-mismatch';
}

;// CONCATENATED MODULE: ./lib/start/packed-relocations.js

/** Its hash is all that the loader compares, and then the name. */
const PROMISE = 'GLIBC_ABI_DT_RELR';
const LIBC = 'libc.so.';
/** What a loader that does them refuses. */
function undeclaredRelocations(objects, { packedRelocations }) {
    if (packedRelocations === 'passed-over')
        return [];
    return objects.filter(isRefused).map((of) => {
        const error = `${link_map_nameOf(link_map_programOf(of))}: error while loading shared libraries: ${link_map_nameOf(of)}: DT_RELR without ${PROMISE} dependency`;
        return {
            of,
            refusal: { kind: 'packed-relocations', error, path: of.file.located.path, hosts: { on: 'all' } },
        };
    });
}
/** What a loader that does not know them leaves as it is: harm is done once something uses it. */
function passedOverRelocations(objects, { packedRelocations }) {
    if (packedRelocations === 'done')
        return [];
    const why = 'its relocations are packed (DT_RELR), which glibc before 2.36 leaves undone';
    return objects
        .filter(({ elf }) => elf.dynamic?.packedRelocations === true)
        .filter((object) => !isPromised(object))
        .map(({ file }) => ({ path: file.located.path, why }));
}
function isRefused(object) {
    const { dynamic } = object.elf;
    if (dynamic === null || !dynamic.packedRelocations || dynamic.versionsNeeded.length === 0)
        return false;
    // Later loaders spare the parts of glibc itself, which alone define this version.
    if (dynamic.versionsDefined?.includes('GLIBC_PRIVATE') === true)
        return false;
    return dynamic.needed.some((name) => name.startsWith(LIBC)) && !isPromised(object);
}
function isPromised({ elf }) {
    return (elf.dynamic?.versionsNeeded ?? []).some(({ versions }) => versions.some(({ name }) => name === PROMISE));
}

;// CONCATENATED MODULE: ./lib/start/symbol-binding.js
/**
 * Symbols that are bound before the program runs: all of them under musl (`do_relocs` of ldso/dynlink.c); under
 * glibc variables and addresses of functions, and what is called where an object was linked with `-z now`
 * (elf/dl-reloc.c). Left out: versions of symbols, and names that glibc looks up when they are first called.
 */



/** Empty when an object is missing that could define them, or could not be read. One without DT_SYMTAB has none. */
function unboundSymbols({ objects, missing, unread }, libc, eagerness) {
    const tables = objects.flatMap(({ elf }) => elf.symbols?.defined ?? []);
    const isRead = objects.every(({ elf }) => elf.problems.every(({ part }) => part !== 'symbols'));
    const isWhole = isRead && unread.length === 0;
    if (!isWhole || missing.some(({ refusal }) => refusal.effect === 'stops'))
        return [];
    return objects.flatMap((object) => {
        const { symbols: own, dynamic } = object.elf;
        if (own === null)
            return [];
        const isEager = eagerness === 'all' || bindsNow(dynamic);
        const names = isEager ? `${own.undefined}\n${own.called}` : own.undefined;
        const others = tables.filter((table) => table !== own.defined);
        const symbols = [...absentFrom(tables, names), ...absentFrom(others, own.copied)];
        const [first] = symbols;
        if (first === undefined)
            return [];
        const refusal = {
            kind: 'symbol-not-found',
            error: symbol_binding_messageOf(libc, object, first),
            neededBy: link_map_nameOf(object),
            symbols,
            libc,
            hosts: { on: 'all' },
        };
        return [{ of: object, refusal }];
    });
}
/** Those of the names, one a line, that none of the tables defines. */
function absentFrom(tables, names) {
    return names.split('\n').filter((name) => name !== '' && !tables.some((table) => hasSymbol(table, name)));
}
function bindsNow(dynamic) {
    if (dynamic === null)
        return false;
    return dynamic.bindNow || (dynamic.flags & DF_BIND_NOW) !== 0 || (dynamic.flags1 & DF_1_NOW) !== 0;
}
function symbol_binding_messageOf(libc, object, symbol) {
    return libc === 'musl'
        ? `Error relocating ${link_map_nameOf(object)}: ${symbol}: symbol not found`
        : `${link_map_nameOf(link_map_programOf(object))}: symbol lookup error: ${link_map_nameOf(object)}: undefined symbol: ${symbol}`;
}

;// CONCATENATED MODULE: ./lib/start/unversioned-libc.js
/**
 * A libc.so.6 without any symbol versions (musl's, put under the name of glibc's) before glibc's loader: that the
 * library has no versions is passed over (elf/dl-version.c), but a symbol with a version that is then found in it
 * ends the start (`check_match` of elf/dl-lookup.c asserts that this cannot be). Of other libraries it is not known
 * which of their symbols were linked with a version, so that nothing is said.
 */

const unversioned_libc_LIBC = 'libc.so.6';
const ERROR = "Inconsistency detected by ld.so: dl-lookup.c: 107: check_match: Assertion `version->filename == NULL || ! _dl_name_match_p (version->filename, map)' failed!";
function unversionedLibc({ objects, named }) {
    const libc = named.get(unversioned_libc_LIBC);
    if (libc === undefined || hasVersions(libc))
        return [];
    const asker = objects.find((object) => versionsOf(object).length > 0 && bindsTo(object, libc, objects));
    if (asker === undefined)
        return [];
    return [
        {
            of: libc,
            refusal: {
                kind: 'symbol-version-not-found',
                error: ERROR,
                library: unversioned_libc_LIBC,
                versions: versionsOf(asker),
                neededBy: [asker.file.path],
                defined: [],
                glibc: null,
                hosts: { on: 'all' },
            },
        },
    ];
}
/** `l_versyms` is only set where there are versions of either kind. */
function hasVersions({ elf: { dynamic, problems } }) {
    const isRead = problems.every(({ part }) => part !== 'versions');
    return !isRead || dynamic === null || dynamic.versionsDefined !== null || dynamic.versionsNeeded.length > 0;
}
function versionsOf({ elf }) {
    const needs = (elf.dynamic?.versionsNeeded ?? []).filter(({ file }) => file === unversioned_libc_LIBC);
    return needs.flatMap(({ versions }) => versions.map(({ name }) => name));
}
/** Whether a symbol that is bound before the program runs is nowhere but in the libc: glibc has no other kind. */
function bindsTo({ elf }, libc, objects) {
    const own = libc.elf.symbols?.defined;
    if (own === undefined || elf.symbols === null)
        return false;
    const others = objects.filter((object) => object !== libc).flatMap((object) => object.elf.symbols ?? []);
    return elf.symbols.undefined
        .split('\n')
        .some((name) => name !== '' && hasSymbol(own, name) && !others.some(({ defined }) => hasSymbol(defined, name)));
}

;// CONCATENATED MODULE: ./lib/start/libraries.js








/** @throws {LayerNeeded} */
function loadLibraries(start) {
    const [oldest, ...newer] = hostProfilesOf(start.execution.platform);
    const first = linkOn(oldest, start);
    const hosts = first.asksHost ? [oldest, ...newer] : [oldest];
    const worlds = [first, ...hosts.slice(1).map((host) => linkOn(host, start))];
    const roots = [start.program, start.loader];
    const objects = first.linked.objects.filter((object) => !roots.includes(object));
    const faults = mergeFaults(worlds, hosts);
    const faulty = new Set(faults.map(({ of }) => of));
    const others = [...faulty].filter(isLinked).filter((of) => ![...roots, ...objects].includes(of));
    return {
        objects: [...objects, ...others],
        missing: [...faulty].filter(isUnlinked),
        faults,
        unread: worlds.flatMap(({ linked }) => [
            ...linked.unread,
            ...doubtsOn(linked.objects),
            ...leftPacked(linked.objects, start),
        ]),
    };
}
/** Tables of mapped files that the loader reads and that we could not, or that point nowhere. */
function doubtsOn(objects) {
    return objects.flatMap(({ file, elf }) => {
        const doubt = elf.problems.find(({ part, kind }) => kind !== 'cut' && LOADER_READS.has(part));
        return doubt === undefined ? [] : [{ path: file.located.path, why: doubt.text }];
    });
}
/** Addresses that stay as they are do harm when something uses them; a program that has initializers does. */
function leftPacked(objects, { builtIn, program }) {
    if (builtIn.libc === 'glibc')
        return passedOverRelocations(objects, builtIn);
    if (!leavesPacked(builtIn))
        return [];
    const why = `its relocations are packed (DT_RELR), which musl ${builtIn.version ?? ''} leaves undone`;
    return objects
        .filter(({ elf: { dynamic } }) => dynamic?.packedRelocations === true)
        .filter((object) => object !== program || object.elf.dynamic?.hasInitializers === false)
        .map(({ file }) => ({ path: file.located.path, why }));
}
const LOADER_READS = new Set(['dynamic', 'symbols', 'versions']);
function linkOn(host, start) {
    return start.builtIn.libc === 'musl'
        ? linkMusl(start, start.builtIn)
        : linkGlibc(host, start, start.builtIn);
}
function linkGlibc(host, { execution, program, loader }, builtIn) {
    const linked = linkAsGlibc({ execution, loader: loader.elf, builtIn, host }, program, loader);
    const isEager = (execution.environment.get('LD_BIND_NOW') ?? '') !== '';
    const versions = [...unmetVersions(linked, builtIn.version), ...unversionedLibc(linked)];
    const packed = undeclaredRelocations(linked.objects, builtIn);
    // The loader ends before it binds anything, and a library that has the versions may well have the symbols.
    const symbols = versions.length > 0 ? [] : unboundSymbols(linked, 'glibc', isEager ? 'all' : 'only those linked so');
    const faults = [...missingOf(linked), ...versions, ...packed, ...symbols];
    return { linked, asksHost: linked.asksHost, faults };
}
function linkMusl({ execution, program, loader, preload }, builtIn) {
    const world = { execution, loader: loader.elf, builtIn, loaderName: loader.name };
    const linked = linkAsMusl(world, program, loader, preload);
    const faults = [...missingOf(linked), ...unboundSymbols(linked, 'musl', 'all')];
    return { linked, asksHost: false, faults };
}
function missingOf({ missing }) {
    return missing.map((object) => ({ of: object, refusal: object.refusal }));
}
/** Each fault once, with the hosts on which it shows, of the object of the first of them that has it. */
function mergeFaults(worlds, hosts) {
    const objects = worlds.flatMap(({ linked }) => linked.objects);
    const firstOf = (of) => objects.find((object) => isSame(object, of)) ?? of;
    const merged = new Map();
    for (const [index, { faults }] of worlds.entries()) {
        for (const fault of faults) {
            const key = `${fault.refusal.kind} ${fault.of.name}`;
            const known = merged.get(key) ?? { fault: { ...fault, of: firstOf(fault.of) }, on: new Set() };
            merged.set(key, known);
            known.on.add(hosts[index]?.name ?? '');
        }
    }
    const all = new Set(hosts.slice(0, worlds.length).map(({ name }) => name)).size;
    return [...merged.values()].map(({ fault, on }) => on.size === all
        ? fault
        : { ...fault, refusal: { ...fault.refusal, hosts: { on: 'some', processors: [...on].join(', ') } } });
}
function isLinked(of) {
    return 'elf' in of;
}
function isUnlinked(of) {
    return !isLinked(of);
}
/** The same file mapped for the same name, on two hosts. */
function isSame(one, other) {
    return isLinked(other) && one.name === other.name && one.file.located.path === other.file.located.path;
}

;// CONCATENATED MODULE: ./lib/start/loader-file.js






const ELIBBAD = { kind: 'errno', errno: 'ELIBBAD' };
const EIO = { kind: 'errno', errno: 'EIO' };
/** @throws {LayerNeeded} */
function openLoader(execution, program, path) {
    const opened = openExec(execution, path);
    const nothing = { file: null, elf: null, refusals: [], unread: null };
    if (opened.kind === 'outside')
        return { ...nothing, unread: outsideOf(opened.at) };
    if (opened.kind === 'refused') {
        return { ...nothing, file: opened.file, refusals: [lookupRefusalOf(opened.refusal)] };
    }
    const { file } = opened;
    const { content, size } = file.located.entry;
    if (content === undefined) {
        return { ...nothing, file, unread: { path: file.located.path, why: 'its content was not read' } };
    }
    const mismatch = mismatchOf(execution, program, content, size);
    if (mismatch !== null || content.kind !== 'elf') {
        return { ...nothing, file, refusals: mismatch === null ? [] : [mismatch] };
    }
    // Segments are mapped past the point of no return: what is wrong with them ends in a signal.
    const fault = mappingFaultOf(content);
    if (fault === null)
        return { ...nothing, file, elf: content };
    const elf = fault.certainty === 'certain' ? null : content;
    return { ...nothing, file, elf, refusals: [{ kind: 'malformed-elf', fault }] };
}
function lookupRefusalOf(refusal) {
    switch (refusal.kind) {
        case 'missing':
        case 'not-a-directory':
        case 'symlink-loop':
        case 'name-too-long':
            return { kind: 'loader-not-found', because: refusal };
        default:
            return refusal;
    }
}
/** The program's own machine is asked for, so that a 32-bit program wants a 32-bit loader. */
function mismatchOf({ platform }, program, content, size) {
    if (size < (program.readAs.class === 64 ? 64 : 52))
        return mismatch('is shorter than an ELF header', EIO);
    if (content.kind !== 'elf')
        return mismatch('is not an ELF file', ELIBBAD);
    if (content.machine !== program.machine || content.readAs.class !== program.readAs.class) {
        return mismatch(`is for ${(0,machines/* machineName */.Fm)(content.machine)}, ${content.readAs.class} bit`, ELIBBAD);
    }
    const abi = abiOf(content, platform);
    if (abi.kind === 'wrong-machine')
        return mismatch(`is for ${(0,machines/* machineName */.Fm)(content.machine)}`, ELIBBAD);
    if (abi.kind === 'wrong-abi')
        return mismatch(`is for ${abi.abi}`, ELIBBAD);
    const fault = headerFaultOf(content);
    return fault === null || fault.certainty === 'possible'
        ? null
        : mismatch(`cannot be loaded: ${fault.text}`, ELIBBAD);
}
function mismatch(text, outcome) {
    return { kind: 'loader-mismatch', text, outcome };
}

;// CONCATENATED MODULE: ./lib/start/loader.js



/**
 * Records the loader in PT_INTERP, the libraries and the preloads as steps, each with what refuses it.
 * @throws {LayerNeeded} when a layer that is not mounted decides.
 */
function loadProgram(execution, program) {
    if (program.elf.interpreter !== null)
        startLoader(execution, program, program.elf.interpreter.path, 'PT_INTERP');
}
/** The loader of a path as a step, and what it maps. `preload`: what it was told to map first. */
function startLoader(execution, program, path, via, preload = null) {
    const { recording } = execution;
    const { file, elf, refusals, unread } = openLoader(execution, program.elf, path);
    const step = { by: program.step, role: 'loader', name: path, via, searched: [path], file };
    if (unread !== null)
        recording.unreadable(unread.path, unread.why);
    const builtIn = elf?.loader ?? null;
    if (file === null || elf === null || builtIn === null || builtIn.libc === 'gcompat') {
        const index = recording.add(execution, { ...step, refusals });
        if (file !== null && elf !== null && builtIn === null)
            leaveToLoader(execution, program, { file, elf });
        // gcompat's stand-in for glibc's loader runs musl's with the program.
        if (builtIn?.libc === 'gcompat') {
            startLoader(execution, { ...program, step: index }, builtIn.musl, 'gcompat', builtIn.preload);
        }
        return;
    }
    const index = recording.add(execution, { ...step, refusals });
    const own = loadWith(execution, program, { name: path, file, elf }, builtIn, preload);
    for (const refusal of own)
        recording.refuse(index, refusal);
}
/** Records what this loader maps for the program, and gives what it says of the two of them. @throws {LayerNeeded} */
function loadWith(execution, program, { name, file, elf }, builtIn, preload) {
    const root = { name: '', by: null, via: '', searched: [] };
    const object = { ...root, role: 'program', file: program.file, elf: program.elf };
    const loader = { ...root, role: 'loader', name, file, elf };
    const libraries = loadLibraries({ execution, program: object, loader, builtIn, preload });
    recordLibraries(execution, libraries, new Map([[object, program.step]]));
    return [...packedRefusals(program.elf, builtIn), ...refusalsOf(libraries, object, loader)];
}
/** Initializers are called through addresses that a loader without DT_RELR has not made. */
function packedRefusals({ dynamic }, builtIn) {
    if (builtIn.libc !== 'musl' || !leavesPacked(builtIn))
        return [];
    if (dynamic === null || !dynamic.packedRelocations || !dynamic.hasInitializers)
        return [];
    const text = `is musl ${builtIn.version ?? ''}, which leaves the program's packed relocations (DT_RELR) undone`;
    return [{ kind: 'loader-mismatch', text, outcome: { kind: 'signal', signal: 'SIGSEGV' } }];
}
/**
 * A loader that we do not know. A file without a name of its own (DT_SONAME) is a program that runs in the place of
 * ours and maps nothing for it; any other decides by rules of its own what becomes of the libraries.
 */
function leaveToLoader({ recording }, program, loader) {
    const { path } = loader.file.located;
    const words = `it is neither glibc's nor musl's loader, and finds the libraries of ${program.file.path}`;
    const isLoader = loader.elf.dynamic?.soname !== undefined && loader.elf.dynamic.soname !== null;
    if (isLoader && (program.elf.dynamic?.needed ?? []).length > 0)
        recording.unreadable(path, words);
    else
        recording.leaveOut(`what the loader ${loader.file.path} does: it is neither glibc's nor musl's`);
}
/** What is recorded with the loader: also what it says of the program itself. */
function refusalsOf({ faults }, ...objects) {
    return faults.filter((fault) => objects.includes(fault.of)).map(({ refusal }) => refusal);
}
function recordLibraries(execution, libraries, steps) {
    const [root = 0] = steps.values();
    for (const object of [...libraries.objects, ...libraries.missing]) {
        const { role, name, via, searched, file, by } = object;
        const asker = (by === null ? undefined : steps.get(by)) ?? root;
        const index = execution.recording.add(execution, {
            by: asker,
            role: role === 'preload' ? 'preload' : 'library',
            name,
            via,
            searched,
            file,
            refusals: refusalsOf(libraries, object),
        });
        if ('elf' in object)
            steps.set(object, index);
    }
    for (const { path, why } of libraries.unread)
        execution.recording.unreadable(path, why);
}

;// CONCATENATED MODULE: ./lib/start/loader-command.js
/**
 * A loader that is started itself, with the program as a word of its command line: `ld.so [OPTION]… PROGRAM [WORD]…`
 * (`dl_main` of glibc's elf/rtld.c, `__dls3` of musl's ldso/dynlink.c). It opens the program as it opens a library, so
 * that neither the program's x bits nor its PT_INTERP matter. Left out: options that list or verify instead of
 * starting, and those that change in other ways where libraries are looked for.
 */






const OPTIONS = {
    flags: '',
    values: '',
    longValues: ['library-path', 'argv0', 'preload'],
};
/** What a file that the kernel starts has built in as a loader; static programs of glibc hold the same strings. */
function builtInOf({ interpreter, type, loader, dynamic }) {
    if (interpreter !== null || type !== ET_DYN || dynamic === null)
        return null;
    if (loader === null || loader.libc === 'gcompat')
        return null;
    return loader.libc === 'musl' || dynamic.soname !== null ? loader : null;
}
/** The program that the loader runs in its own place; null when there is none, or it is not known which. */
function runByLoader(execution, loader, builtIn) {
    const { recording } = execution;
    const { path } = loader.file.located;
    const parsed = parseOptions(loader.argv.slice(1), OPTIONS);
    const name = parsed?.rest[0];
    if (parsed === null || name === undefined) {
        recording.leaveOut(`what ${path} starts: its options are not known here`);
        return null;
    }
    if (builtIn.libc === 'glibc' && !name.includes('/')) {
        recording.unreadable(path, `it looks for ${name} as it does for libraries, which is not followed here`);
        return null;
    }
    const program = openProgram(execution, loader, name);
    if (program === null)
        return null;
    const options = new Map(parsed.options);
    const preload = options.get('preload') ?? null;
    const environment = environmentWith(execution.environment, options, builtIn.libc);
    const object = { name: loader.path, file: loader.file, elf: loader.elf };
    const refusals = loadWith({ ...execution, environment }, program, object, builtIn, builtIn.libc === 'musl' ? preload : null);
    for (const refusal of refusals)
        recording.refuse(program.step, refusal);
    return { ...program, role: 'child', path: name, argv: parsed.rest, tail: loader.tail };
}
/** `--library-path` counts instead of LD_LIBRARY_PATH; glibc's `--preload` beside LD_PRELOAD. */
function environmentWith(environment, options, libc) {
    const changed = new Map(environment);
    const libraryPath = options.get('library-path');
    if (libraryPath !== undefined)
        changed.set('LD_LIBRARY_PATH', libraryPath);
    const preload = options.get('preload');
    if (preload === undefined || libc === 'musl')
        return changed;
    return changed.set('LD_PRELOAD', `${environment.get('LD_PRELOAD') ?? ''} ${preload}`);
}
function openProgram(execution, loader, name) {
    const { recording, rootfs } = execution;
    const via = loader.file.located.path;
    const asked = { by: loader.step, role: 'child', name, via, caller: via, searched: [name] };
    const opened = openFile(execution, name);
    switch (opened.kind) {
        case 'file': {
            const { file } = opened;
            const { content } = file.located.entry;
            const refusals = loader_command_refusalsOf(execution, file);
            const step = recording.add(execution, { ...asked, file, refusals });
            return content?.kind === 'elf' && refusals.length === 0 ? { step, file, elf: content } : null;
        }
        case 'outside': {
            const { path, why } = outsideOf(opened.at);
            recording.unreadable(path, why);
            return null;
        }
        case 'denied': {
            const located = rootfs.lookup(opened.at);
            const owner = located?.entry ?? { mode: 0, uid: 0, gid: 0 };
            recording.add(execution, { ...asked, file: null, refusals: [{ kind: 'no-read-permission', owner }] });
            return null;
        }
        default:
            recording.add(execution, {
                ...asked,
                file: null,
                refusals: [{ kind: 'missing', at: opened.at, link: null }],
            });
            return null;
    }
}
function loader_command_refusalsOf({ platform, recording }, { located }) {
    const { content, type } = located.entry;
    if (type === 'directory')
        return [{ kind: 'not-a-file', type }];
    if (content === undefined || type !== 'file') {
        recording.unreadable(located.path, 'its content was not read');
        return [];
    }
    if (content.kind === 'empty' || content.kind === 'other')
        return [{ kind: 'unknown-format', content }];
    const outcome = { kind: 'errno', errno: 'ENOEXEC' };
    if (content.kind !== 'elf') {
        const text = 'it is no ELF file, and a loader starts no others';
        return [{ kind: 'malformed-elf', fault: { text, outcome, certainty: 'certain' } }];
    }
    const abi = abiOf(content, platform);
    if (abi.kind !== 'native' && abi.kind !== 'unknown-platform')
        return [{ kind: 'wrong-abi', abi }];
    const fault = mappingFaultOf(content);
    return fault === null || fault.certainty === 'possible' ? [] : [{ kind: 'malformed-elf', fault }];
}

;// CONCATENATED MODULE: ./lib/start/shebang.js
/** BINPRM_BUF_SIZE of include/uapi/linux/binfmts.h. */
const WINDOW = 256;
/** `head`: the first bytes of the file as latin1, beginning with `#!`. The answer is latin1 too. */
function parseShebang(head) {
    const window = head.slice(0, WINDOW).padEnd(WINDOW, '\0');
    const line = lineOf(window);
    if (line === null)
        return { kind: 'refused', fault: isBlank(window.slice(2)) ? 'empty' : 'too-long' };
    const start = skipBlanks(line, 2);
    if (start === line.length)
        return { kind: 'refused', fault: 'empty' };
    const name = /^[^ \t\0]*/.exec(line.slice(start))?.[0] ?? '';
    const end = start + name.length;
    // A NUL after the name hides whatever follows; without a line end it is the padding and an empty argument results.
    if (end >= line.length || line[end] === '\0')
        return { kind: 'interpreter', path: name, argument: null };
    return { kind: 'interpreter', path: name, argument: beforeNul(line.slice(skipBlanks(line, end))) };
}
/** The line without its end and trailing blanks; null when the name of the interpreter may be cut. */
function lineOf(window) {
    const newline = window.indexOf('\n');
    const nul = window.indexOf('\0');
    // strnchr stops at the first NUL: a line end behind it does not count.
    if (newline !== -1 && (nul === -1 || newline < nul))
        return trimBlanks(window.slice(0, newline));
    const start = skipBlanks(window, 2);
    if (start === WINDOW || !/[ \t\0]/.test(window.slice(start)))
        return null;
    return trimBlanks(window.slice(0, WINDOW - 1));
}
function skipBlanks(text, from) {
    let at = from;
    while (text[at] === ' ' || text[at] === '\t')
        at++;
    return at;
}
function trimBlanks(text) {
    return text.replace(/[ \t]+$/, '');
}
function isBlank(text) {
    return /^[ \t]*$/.test(text);
}
function beforeNul(text) {
    const nul = text.indexOf('\0');
    return nul === -1 ? text : text.slice(0, nul);
}

;// CONCATENATED MODULE: ./lib/start/execute.js
/**
 * execve(2) as `bprm_execve` of fs/exec.c does it: open the file, look at its first bytes, follow `#!` lines up to
 * the limit, load the ELF file at the end, and then whatever a known program starts in its turn. Left out on purpose:
 * formats that a host registers itself (binfmt_misc), and seccomp, AppArmor and SELinux, which no image decides.
 */













/** exec_binprm of fs/exec.c gives up with ELOOP behind the fifth interpreter. */
const MAX_INTERPRETERS = 5;
/** Wrappers that start wrappers: a script that starts itself has no end. */
const MAX_CHILDREN = 16;
/** Records the command's program with all that it needs and starts. @throws {LayerNeeded} */
function startCommand(execution, command, depth = 0) {
    const [name = ''] = command.argv;
    const { launcher, role, by, via } = command;
    const found = searchProgram(execution, name, launcher.search);
    if (found.kind === 'outside')
        return leaveOutside(execution, name, found.at);
    const asked = { name, role, by, via, caller: launcher.name, searched: found.searched };
    if (found.kind === 'refused') {
        const isBuiltIn = launcher.builtIn?.has(name) === true;
        if (isBuiltIn || execution.reach === 'possible')
            execution.recording.leaveOut(`whether ${name} is ever started`);
        else
            execution.recording.add(execution, { ...asked, file: null, refusals: [withCr(name, found.refusal)] });
        return;
    }
    const { unknownFile } = launcher;
    const { argv, tail } = command;
    const request = { ...asked, path: found.path, argv, tail, unknownFile, scripts: [] };
    for (const child of runFile(execution, request)) {
        if (depth < MAX_CHILDREN)
            startCommand(child.execution, child.command, depth + 1);
        else
            execution.recording.leaveOut(`what ${name} starts after ${MAX_CHILDREN} wrappers in a row`);
    }
}
/** What the program, once it runs, starts in its turn. */
function runFile(execution, request) {
    const opened = openExec(execution, request.path);
    if (opened.kind === 'outside') {
        leaveOutside(execution, request.name, opened.at);
        return [];
    }
    if (opened.kind === 'refused') {
        if (execution.reach === 'possible')
            execution.recording.leaveOut(`whether ${request.name} is ever started`);
        else
            execution.recording.add(execution, {
                ...execute_stepOf(request),
                file: opened.file,
                refusals: [withCr(request.name, opened.refusal)],
            });
        return [];
    }
    const step = execution.recording.add(execution, { ...execute_stepOf(request), file: opened.file, refusals: [] });
    if (request.scripts.length > MAX_INTERPRETERS) {
        execution.recording.refuse(step, { kind: 'interpreter-loop', chain: [...request.scripts, request.path] });
        return [];
    }
    return runContent(execution, request, step, opened.file);
}
function runContent(execution, request, step, file) {
    const { content } = file.located.entry;
    switch (content?.kind) {
        case 'elf':
            return runElf(execution, request, step, file, content);
        case 'script':
            return runScript(execution, request, step, content);
        case 'empty':
        case 'other':
            return runUnknown(execution, request, step, execute_refusalOf(content));
        default:
            execution.recording.unreadable(file.located.path, 'its content was not read');
            return [];
    }
}
function runElf(execution, request, step, file, elf) {
    const { recording, platform } = execution;
    const { path } = file.located;
    const abi = abiOf(elf, platform);
    if (abi.kind === 'unknown-platform') {
        recording.unreadable(path, `nothing is known of the architecture ${platform.architecture}`);
        return [];
    }
    const refusals = elfRefusalsOf(elf, abi);
    for (const refusal of refusals)
        recording.refuse(step, refusal);
    if (refusals.some(isFinal))
        return [];
    const unread = elf.problems.find(({ part, kind }) => kind === 'unread' && DECISIVE.has(part));
    if (unread !== undefined)
        recording.unreadable(path, unread.text);
    const capabilities = file.located.entry.capabilities;
    const lacking = capabilities === undefined ? null : capabilityRefusalOf(capabilities);
    if (lacking !== null)
        recording.refuse(step, lacking);
    if (lacking?.certainty === 'certain')
        return [];
    const running = afterExec(execution, file);
    const before = recording.steps.length;
    const builtIn = builtInOf(elf);
    const started = { ...request, step, file, elf };
    const program = builtIn === null ? started : runByLoader(running, started, builtIn);
    if (builtIn === null)
        loadProgram(running, started);
    if (recording.steps.slice(before).some((part) => part.refusals.some(stopsEverywhere)))
        return [];
    return program === null ? [] : childrenOf(running, program);
}
/** What only some hosts refuse, or what a loader complains about and goes on, does not end the trace. */
function stopsEverywhere(refusal) {
    const isPartial = 'hosts' in refusal && refusal.hosts.on !== 'all';
    return !isPartial && !('effect' in refusal && refusal.effect === 'ignored');
}
const DECISIVE = new Set(['header', 'program-headers', 'interpreter']);
/** The last one ends the start; those before it do not. */
function elfRefusalsOf(elf, abi) {
    const noise = noiseOf(elf);
    if (noise !== null)
        return [{ kind: 'malformed-elf', fault: noise }];
    const wrong = abi.kind === 'native' ? [] : [{ kind: 'wrong-abi', abi }];
    if (wrong.some(isFinal))
        return wrong;
    const fault = headerFaultOf(elf) ?? mappingFaultOf(elf);
    return fault === null ? wrong : [...wrong, { kind: 'malformed-elf', fault }];
}
function isFinal(refusal) {
    if (refusal.kind === 'wrong-abi')
        return refusal.abi.kind !== 'compat-32-bit';
    return refusal.kind !== 'malformed-elf' || refusal.fault.certainty === 'certain';
}
function runScript(execution, request, step, content) {
    const shebang = parseShebang(content.head);
    if (shebang.kind === 'refused') {
        return runUnknown(execution, request, step, { kind: 'malformed-shebang', fault: shebang.fault });
    }
    const path = fromLatin1(shebang.path);
    const argument = shebang.argument === null ? [] : [fromLatin1(shebang.argument)];
    if (path.endsWith('\r') && openExec(execution, path).kind === 'refused') {
        execution.recording.refuse(step, {
            kind: 'crlf',
            where: 'interpreter',
            word: path,
            certainty: 'certain',
        });
        return [];
    }
    const scripts = [...request.scripts, request.path];
    const argv = [path, ...argument, request.path, ...request.argv.slice(1)];
    const interpreter = {
        path,
        argv,
        tail: request.tail,
        name: path,
        role: 'interpreter',
        by: step,
        via: '#!',
        searched: [],
    };
    return runFile(execution, { ...interpreter, caller: request.caller, unknownFile: 'refused', scripts });
}
/** ENOEXEC: the end, unless whoever asked hands such files to a shell. */
function runUnknown(execution, request, step, refusal) {
    const readable = request.unknownFile !== 'refused' && mayBeShellText(refusal);
    if (!readable) {
        execution.recording.refuse(step, refusal);
        return [];
    }
    if (request.unknownFile === 'perhaps-read-by-shell') {
        execution.recording.leaveOut(`whether a shell reads ${request.path}, which has no #! line`);
        return [];
    }
    const argv = [SHELL, request.path, ...request.argv.slice(1)];
    const shell = {
        path: SHELL,
        argv,
        tail: request.tail,
        name: SHELL,
        role: 'interpreter',
        by: step,
        searched: [],
    };
    return runFile(execution, {
        ...shell,
        caller: request.caller,
        via: 'no #! line',
        unknownFile: 'refused',
        scripts: [],
    });
}
/** _PATH_BSHELL: glibc's execvp and dash name it so. */
const SHELL = '/bin/sh';
/** Shells read an empty file and any text; of the rest they see that it is binary, or choke on it. */
function mayBeShellText(refusal) {
    if (refusal.kind === 'unknown-format')
        return refusal.content.kind === 'empty';
    return refusal.kind === 'no-shebang' || refusal.kind === 'malformed-shebang';
}
function execute_refusalOf(content) {
    if (content.kind === 'empty')
        return { kind: 'unknown-format', content };
    switch (content.format) {
        case 'text':
            return { kind: 'no-shebang', content };
        case 'script-after-bom':
            return { kind: 'malformed-shebang', fault: 'byte-order-mark' };
        case 'script-after-blank':
            return { kind: 'malformed-shebang', fault: 'blank-before' };
        default:
            return { kind: 'unknown-format', content };
    }
}
function fromLatin1(text) {
    return (0,plain_text/* decodeBytes */.y)(Buffer.from(text, 'latin1'));
}
function execute_stepOf({ role, by, via, caller, name, searched }) {
    return { role, by, via, caller, name, searched };
}
function leaveOutside(execution, name, at) {
    execution.recording.leaveOut(`what ${name} is: ${at} is not the image's at run time`);
}

;// CONCATENATED MODULE: ./lib/start/recording.js
/** Where a trace is put together. One trace, one recording. */
class Recording {
    #steps = [];
    #leftOut = new Set();
    #unreadable = [];
    /** The index of the new step. */
    add({ chain, reach }, step) {
        const index = this.#steps.length;
        this.#steps.push({ ...step, index, chain, reach });
        return index;
    }
    /** Adds to what is wrong with a step. */
    refuse(index, refusal) {
        const step = this.#steps[index];
        if (step !== undefined)
            this.#steps[index] = { ...step, refusals: [...step.refusals, refusal] };
    }
    /** Notes what cannot be known without running. */
    leaveOut(words) {
        this.#leftOut.add(words);
    }
    /** Notes what the verdict rests on and could not be read. */
    unreadable(path, why) {
        if (this.#unreadable.every((known) => known.path !== path || known.why !== why)) {
            this.#unreadable.push({ path, why });
        }
    }
    get steps() {
        return this.#steps;
    }
    get leftOut() {
        return [...this.#leftOut];
    }
    get unread() {
        return this.#unreadable;
    }
}

;// CONCATENATED MODULE: ./lib/start/foreign-system.js


const foreign_system_WRONG_MACHINE = { kind: 'wrong-abi', abi: { kind: 'wrong-machine' } };
/** A trace of these programs alone. */
function traceOf({ config, platform }, programs, { leftOut = [], unreadable = [] }) {
    const recording = new Recording();
    for (const { reach = 'certain', ...step } of programs) {
        recording.add({ chain: 'start', reach }, { ...step, role: 'program', by: null });
    }
    const argv = argvOf(config.process);
    return {
        platform,
        argv,
        workingDir: config.process.workingDir,
        user: config.process.user,
        credentials: null,
        steps: recording.steps,
        refusals: argv.length === 0 ? [{ kind: 'no-command' }] : [],
        leftOut,
        unreadable,
    };
}

;// CONCATENATED MODULE: ./lib/start/other-start.js
/**
 * The program of a FreeBSD, Darwin or other image, and of one for a WebAssembly runtime: found by its path as on
 * Linux, and compared by its machine.
 */







/** @throws {LayerNeeded} */
function traceOtherStart(start) {
    const { config, platform } = start;
    const leftOut = [`what ${platform.os} does with the program: only its machine is compared`];
    const [name] = argvOf(config.process);
    const program = name === undefined ? null : findProgram(start, name);
    const content = program?.file?.located.entry.content;
    const isWrong = content?.kind === 'elf' && abiOf(content, platform).kind === 'wrong-machine';
    const programs = program === null ? [] : [isWrong ? { ...program, refusals: [foreign_system_WRONG_MACHINE] } : program];
    return traceOf(start, programs, { leftOut });
}
/**
 * The first word is the module, or a file that a runtime's shim reads (Spin's and Slight's manifests, even `/`), so
 * that nothing but native code, and a module that is not there, is surely wrong. @throws {LayerNeeded}
 */
function traceWasmStart(start) {
    const [first] = argvOf(start.config.process);
    if (first === undefined)
        return traceOf(start, [], {});
    // wasmtime's and wasmedge's shims take `module.wasm#function`.
    const name = first.replace(/(\.wasm)#.*$/, '$1');
    const program = findProgram(start, name);
    const content = program?.file?.located.entry.content;
    const isModule = content?.kind === 'other' && content.format === 'wasm';
    const leftOut = isModule ? [] : [`what the WebAssembly runtime makes of ${name}`];
    if (program === null)
        return traceOf(start, [], { leftOut });
    const isNative = content?.kind === 'elf' || (content?.kind === 'other' && other_start_NATIVE.has(content.format));
    if (isNative)
        return traceOf(start, [{ ...program, refusals: [foreign_system_WRONG_MACHINE] }], {});
    const isLost = program.file === null && name.endsWith('.wasm');
    const reach = program.file === null && !isLost ? 'possible' : 'certain';
    return traceOf(start, [{ ...program, reach }], { leftOut });
}
const other_start_NATIVE = new Set(['mach-o', 'pe']);
/** null: below a mount of the runtime. */
function findProgram({ rootfs, config }, name) {
    const { process } = config;
    const path = environmentOf(process.env).get('PATH') ?? '';
    const workingDir = (0,rootfs_path/* canonicalPath */.Op)(process.workingDir);
    const searched = name.includes('/') ? [] : path.split(':').filter((each) => each.startsWith('/'));
    const step = { name, via: viaOf(process), searched };
    // A module without a slash is looked for where the container begins, too.
    const places = [
        name.startsWith('/') ? name : `${workingDir}/${name}`,
        ...searched.map((each) => `${each}/${name}`),
    ];
    const walks = places.map((place) => lookAt(rootfs, place));
    const found = walks.find((walk) => walk.kind === 'found');
    if (found !== undefined) {
        return {
            ...step,
            file: { path: found.located.path, located: found.located, hops: found.hops },
            refusals: [],
        };
    }
    const [first] = walks;
    if (first === undefined || first.kind === 'found' || first.kind === 'runtime-mount')
        return null;
    const refusal = searched.length === 0 ? lookupRefusal(first) : { kind: 'not-in-path', path, passedOver: [] };
    return { ...step, file: null, refusals: [refusal] };
}
function lookAt(rootfs, path) {
    return (0,resolve/* resolve */.h)(rootfs, (0,rootfs_path/* canonicalPath */.Op)(path));
}

;// CONCATENATED MODULE: ./lib/start/windows-program.js


/** CreateProcess hands them to cmd. */
const BATCH = /\.(?:bat|cmd)$/i;
function judgeWindowsProgram({ platform }, program) {
    const content = program.file?.located.entry.content;
    if (program.file === null || content === undefined)
        return { program, doubt: [] };
    const { path } = program.file;
    if (BATCH.test(path))
        return { program, doubt: [`what the batch file ${path} starts`] };
    if (content.kind === 'elf')
        return refused(program, foreign_system_WRONG_MACHINE);
    if (content.kind === 'script' || content.kind === 'packages')
        return refused(program, notAProgram(content.kind));
    if (content.kind === 'empty' || content.format !== 'pe')
        return refused(program, { kind: 'unknown-format', content });
    const { pe } = content;
    if (pe === undefined)
        return { program, doubt: [`for which machine ${path} is: its header lies too far in`] };
    if (!isStartable(pe))
        return refused(program, { kind: 'unknown-format', content });
    return byMachine(program, pe, platform.architecture);
}
function byMachine(program, pe, wanted) {
    const architecture = architectureOfPe(pe);
    const path = program.file?.path ?? program.name;
    const isForAll = pe.machine === IMAGE_FILE_MACHINE_I386 && pe.isManaged;
    if (architecture === wanted || isForAll)
        return { program, doubt: [] };
    if (wanted === 'amd64' && architecture === '386') {
        return {
            program,
            doubt: [`whether this Windows runs 32-bit programs like ${path}: Nano Server does not`],
        };
    }
    // Windows 11 on ARM emulates the others, where that part is installed.
    const isEmulated = wanted === 'arm64' && architecture !== null;
    return refused(isEmulated ? { ...program, reach: 'possible' } : program, foreign_system_WRONG_MACHINE);
}
function isStartable({ isLibrary, subsystem }) {
    const isKnown = subsystem === IMAGE_SUBSYSTEM_WINDOWS_GUI || subsystem === IMAGE_SUBSYSTEM_WINDOWS_CUI;
    return !isLibrary && (isKnown || subsystem === 0);
}
function refused(program, refusal) {
    return { program: { ...program, refusals: [refusal] }, doubt: [] };
}
/** A script with `#!`, or a list of packages: text to Windows. */
function notAProgram(kind) {
    const content = {
        kind: 'other',
        format: 'text',
        detail: kind === 'script' ? 'a script' : null,
        head: '',
        text: null,
    };
    return { kind: 'unknown-format', content };
}

;// CONCATENATED MODULE: ./lib/start/windows-names.js
/** Names and command lines as Windows reads them: CommandLineToArgvW, drive letters, extensions that may be left out. */
/** `workingDir` is where relative paths begin. */
function windowsName(written, workingDir) {
    const name = written.replaceAll('\\', '/');
    if (/[%$]/.test(name))
        return { kind: 'outside', why: `${written} has a variable in it` };
    if (name.startsWith('//'))
        return { kind: 'outside', why: `${written} is not a path of the image` };
    const [, drive, rest] = /^([a-z]):(.*)$/is.exec(name) ?? [];
    if (drive !== undefined && drive.toLowerCase() !== 'c') {
        return { kind: 'outside', why: `${written} is on drive ${drive.toUpperCase()}:` };
    }
    const plain = rest ?? name;
    if (drive === undefined && !plain.includes('/'))
        return { kind: 'bare', name: plain };
    return {
        kind: 'path',
        path: cleaned(plain.startsWith('/') ? plain : `${directoryOf(workingDir)}/${plain}`),
    };
}
/** The directory that a text names, below C:; the root for any other. */
function directoryOf(written) {
    const path = written.replaceAll('\\', '/').replace(/^c:/i, '');
    return /^[a-z]:/i.test(path) ? '/' : cleaned(path);
}
function cleaned(path) {
    const kept = [];
    for (const part of path.split('/')) {
        if (part === '..')
            kept.pop();
        else if (part !== '' && part !== '.')
            kept.push(part);
    }
    return `/${kept.join('/')}`;
}
/** CreateProcess puts .exe to a name without an extension. */
function withExtensions(path, extensions) {
    const hasOne = /\.[^./]*$/.test(path);
    return hasOne
        ? [path, ...extensions.slice(0, 1).map((each) => path + each)]
        : [path, ...extensions.map((each) => path + each)];
}
/** The words of a command line: blanks divide, quotes keep together, `\"` is a quote. */
function wordsOfCommandLine(line) {
    return [...line.matchAll(/(?:\\"|"(?:\\"|[^"])*"?|[^\s"])+/g)].map(([word]) => word.replaceAll(/\\"|"/g, (quote) => (quote === '"' ? '' : '"')));
}

;// CONCATENATED MODULE: ./lib/start/windows-start.js
/**
 * What Windows would start: CreateProcess's search for the program, and the machine of its PE file. Layers hold the
 * files of C: below `Files/`. Left out on purpose: the registry (and the PATH in it), DLLs, and what a shell or a
 * batch file starts when it is not plain.
 */





const SYSTEM_DIRECTORIES = ['/Windows/System32', '/Windows'];
/** What Windows itself has in the registry's PATH. */
const USUAL_PATH = [
    ...SYSTEM_DIRECTORIES,
    '/Windows/System32/Wbem',
    '/Windows/System32/WindowsPowerShell/v1.0',
    '/Windows/System32/OpenSSH',
];
/** The part of PATHEXT that counts for cmd. */
const COMMAND_EXTENSIONS = ['.com', '.exe', '.bat', '.cmd'];
const CMD = /^(?:c:)?(?:[\\/]?windows[\\/]system32[\\/])?cmd(?:\.exe)?$/i;
/** Words of cmd itself, and whatever makes a line more than one program with its arguments. */
const NOT_PLAIN = /^(?:assoc|call|cd|chdir|cls|copy|del|dir|echo|endlocal|erase|exit|for|ftype|goto|if|md|mkdir|move|path|pause|popd|prompt|pushd|rd|rem|ren|rename|rmdir|set|setlocal|shift|start|time|title|type|ver|verify|vol)(?:$|[.\s:])|[%!&|<>^()@]/i;
/** @throws {LayerNeeded} */
function traceWindowsStart(start) {
    const { process } = start.config;
    const [first, ...others] = argvOf(process);
    if (first === undefined)
        return traceOf(start, [], {});
    const search = new WindowsSearch(start);
    const whole = search.find(first, ['.exe']);
    // In the shell form, and with ArgsEscaped, one word holds the whole command line.
    const words = whole.kind === 'found' || !/\s/.test(first)
        ? [first, ...others]
        : [...wordsOfCommandLine(first), ...others];
    const [name = first, ...args] = words;
    if (CMD.test(name))
        return traceCmd(start, search, args);
    const found = name === first ? whole : search.find(name, ['.exe']);
    const leftOut = ['what the program needs and starts on Windows: only the program itself is looked at'];
    if (found.kind === 'unknown')
        return traceOf(start, [], { leftOut, unreadable: [found.unreadable] });
    const { program, doubt } = judgeWindowsProgram(start, { ...found.program, name, via: viaOf(process) });
    return traceOf(start, [program], { leftOut: [...leftOut, ...doubt] });
}
/** cmd.exe is in every Windows image; what it is told to run is looked at where that is plain. */
function traceCmd(start, search, args) {
    const line = args
        .join(' ')
        .replace(/^(?:\/[a-z](?::\w+)?\s+)*/i, '')
        .trim();
    const leftOut = [`what cmd runs: ${line}`];
    const unquoted = line.startsWith('"') && line.endsWith('"') && line.length > 1 ? line.slice(1, -1) : line;
    const [name] = wordsOfCommandLine(unquoted);
    const via = viaOf(start.config.process);
    const shell = { name: 'cmd', via, searched: [], file: null, refusals: [] };
    if (name === undefined || NOT_PLAIN.test(name))
        return search.onlyKnown(start, [shell], leftOut);
    const found = search.find(name, COMMAND_EXTENSIONS);
    if (found.kind === 'unknown' || found.program.file === null)
        return search.onlyKnown(start, [shell], leftOut);
    const { program, doubt } = judgeWindowsProgram(start, { ...found.program, name, via: 'cmd /C' });
    return traceOf(start, [shell, program], { leftOut: [...leftOut, ...doubt] });
}
class WindowsSearch {
    #start;
    #workingDir;
    /** null: the registry's, which is not read. */
    #path;
    constructor(start) {
        this.#start = start;
        const { workingDir, env } = start.config.process;
        this.#workingDir = directoryOf(workingDir);
        const path = env.findLast((each) => /^path=/i.test(each))?.slice('path='.length);
        this.#path = path?.split(';').filter((each) => each !== '') ?? null;
    }
    find(written, extensions) {
        const name = windowsName(written, this.#workingDir);
        if (name.kind === 'outside')
            return windows_start_unknown(written, name.why);
        const directories = name.kind === 'path' ? [] : this.#directories();
        const places = name.kind === 'path'
            ? [name.path]
            : directories.map((each) => `${each === '/' ? '' : each}/${name.name}`);
        const searched = directories;
        for (const place of places.flatMap((each) => withExtensions(each, extensions))) {
            const located = this.#at(place);
            if (located === null)
                continue;
            if (located.entry.type === 'symlink')
                return windows_start_unknown(written, `it is the link ${located.path}`);
            if (located.entry.type !== 'file')
                continue;
            return {
                kind: 'found',
                program: { searched, file: { path: located.path, located, hops: [] }, refusals: [] },
            };
        }
        if (name.kind === 'bare')
            return this.#beyondPath(name.name, extensions, searched);
        const link = this.#linkOn(name.path);
        if (link !== null)
            return windows_start_unknown(written, `the way to it leads over the link ${link}`);
        const refusal = { kind: 'missing', at: `/Files${name.path}`, link: null };
        return { kind: 'missing', program: { searched, file: null, refusals: [refusal] } };
    }
    /** Where the registry's PATH decides, the one program of that name, if there is one, is taken for it. */
    #beyondPath(name, extensions, searched) {
        if (this.#path !== null && !this.#path.some((each) => each.includes('%'))) {
            const refusal = { kind: 'not-in-path', path: this.#path.join(';'), passedOver: [] };
            return { kind: 'missing', program: { searched, file: null, refusals: [refusal] } };
        }
        const names = new Set(withExtensions(`/${name}`, extensions).map((each) => each.toLowerCase()));
        const [only, ...others] = [...this.#start.rootfs.all()].filter(({ path, entry }) => {
            const isOwn = /^\/files\//i.test(path) && !/^\/files\/windows\//i.test(path);
            return isOwn && entry.type === 'file' && names.has(path.slice(path.lastIndexOf('/')).toLowerCase());
        });
        if (only === undefined || others.length > 0) {
            return windows_start_unknown(name, 'Windows looks for it in the PATH of its registry, which is not read');
        }
        const file = { path: only.path, located: only, hops: [] };
        return { kind: 'found', program: { searched, file, refusals: [] } };
    }
    #linkOn(path) {
        for (let above = (0,rootfs_path/* parentOf */.gN)(path); above !== '/'; above = (0,rootfs_path/* parentOf */.gN)(above)) {
            if (this.#at(above)?.entry.type === 'symlink')
                return above;
        }
        return null;
    }
    #directories() {
        const path = this.#path?.filter((each) => !each.includes('%')).map(directoryOf) ?? USUAL_PATH;
        return [...new Set([this.#workingDir, ...SYSTEM_DIRECTORIES, ...path])];
    }
    #at(path) {
        return this.#start.rootfs.lookupIgnoringCase(`/Files${path}`);
    }
    /** Nothing but cmd.exe is known, which must not look like nothing at all. */
    onlyKnown(start, programs, leftOut) {
        const cmd = this.#at('/Windows/System32/cmd.exe');
        const file = cmd === null ? null : { path: cmd.path, located: cmd, hops: [] };
        return traceOf(start, programs.map((each) => ({ ...each, file })), { leftOut });
    }
}
function windows_start_unknown(path, why) {
    return { kind: 'unknown', unreadable: { path, why } };
}

;// CONCATENATED MODULE: ./lib/start/working-dir.js
/**
 * WORKDIR as docker and runc enter it before the program is looked up: made where it is missing (moby's
 * SetupWorkingDirectory, MkdirAll in prepareRootfs of runc), and entered by root, so that it need not be searchable.
 */


/** @throws {LayerNeeded} when a layer that is not mounted decides. */
function enterWorkingDir(rootfs, workingDir) {
    if (workingDir === '')
        return { kind: 'entered', path: '/', rootfs };
    if (!workingDir.startsWith('/'))
        return working_dir_refused(workingDir, 'it is not an absolute path');
    const walk = (0,resolve/* resolve */.h)(rootfs, workingDir);
    switch (walk.kind) {
        case 'found':
            return walk.located.entry.type === 'directory'
                ? { kind: 'entered', path: walk.located.path, rootfs }
                : working_dir_refused(walk.located.path, 'it is not a directory');
        case 'not-a-directory':
            return working_dir_refused(walk.at, `${walk.at} is not a directory`);
        case 'loop':
            return working_dir_refused(walk.at, 'it leads in a circle of symlinks');
        case 'too-long':
            return working_dir_refused(walk.at, 'its name is too long');
        case 'runtime-mount':
            return { kind: 'entered', path: (0,rootfs_path/* canonicalPath */.Op)(workingDir), rootfs };
        case 'missing': {
            const made = madePath(rootfs, (0,rootfs_path/* canonicalPath */.Op)(workingDir));
            return { kind: 'entered', path: made, rootfs: rootfs.withDirectory(made) };
        }
    }
}
/** Where the directory comes to lie: what is there already is followed, the rest is made behind it. */
function madePath(rootfs, path) {
    const walk = (0,resolve/* resolve */.h)(rootfs, path);
    if (walk.kind === 'found' || path === '/')
        return walk.kind === 'found' ? walk.located.path : '/';
    return (0,rootfs_path/* joinPath */.uJ)(madePath(rootfs, (0,rootfs_path/* parentOf */.gN)(path)), path.slice(path.lastIndexOf('/') + 1));
}
function working_dir_refused(at, why) {
    return { kind: 'refused', refusal: { kind: 'unusable-working-dir', at, why } };
}

;// CONCATENATED MODULE: ./lib/start/trace-start.js










const RUNC = { name: 'runc', search: 'LookPath', unknownFile: 'refused' };
/** @throws {LayerNeeded} when a layer that is not mounted decides. */
function traceStart(rootfs, image, options = { runAs: 'image-user' }) {
    const start = { ...image, rootfs };
    switch (systemOf(image.platform, image.manifest?.annotations)) {
        case 'linux':
            return traceLinuxStart(rootfs, image, options);
        case 'windows':
            return traceWindowsStart(start);
        case 'wasm':
            return traceWasmStart(start);
        case 'other':
            return traceOtherStart(start);
    }
}
function traceLinuxStart(rootfs, image, options) {
    const { process } = image.config;
    const recording = new Recording();
    const refusals = [];
    const argv = argvOf(process);
    if (argv.length === 0)
        refusals.push({ kind: 'no-command' });
    const credentials = credentialsOf(rootfs, process.user, options, recording, refusals);
    const workingDir = enterWorkingDir(rootfs, process.workingDir);
    if (workingDir.kind === 'refused')
        refusals.push(workingDir.refusal);
    if (credentials !== null && workingDir.kind === 'entered') {
        const execution = {
            rootfs: workingDir.rootfs,
            platform: image.platform,
            environment: environmentOf(process.env),
            workingDir: workingDir.path,
            credentials,
            access: accessOf(credentials),
            mode: 'normal',
            chain: 'start',
            reach: 'certain',
            recording,
        };
        const command = { role: 'program', by: null, launcher: RUNC, tail: 'end' };
        if (argv.length > 0)
            startCommand(execution, { ...command, argv, via: viaOf(process) });
        const probe = healthcheckArgvOf(process);
        if (probe !== null)
            startCommand({ ...execution, chain: 'healthcheck' }, { ...command, argv: probe, via: 'HEALTHCHECK' });
    }
    return {
        platform: image.platform,
        argv,
        workingDir: process.workingDir,
        user: process.user,
        credentials,
        steps: recording.steps,
        refusals,
        leftOut: recording.leftOut,
        unreadable: recording.unread,
    };
}
function credentialsOf(rootfs, user, { runAs }, recording, refusals) {
    if (runAs === 'arbitrary-user')
        return ARBITRARY_USER;
    const answer = users_userOf(rootfs, user);
    if (answer.kind === 'known')
        return answer.credentials;
    if (answer.kind === 'unread')
        recording.unreadable(answer.path, 'its text was not kept, and USER needs it');
    else
        refusals.push(answer.refusal);
    return null;
}

;// CONCATENATED MODULE: ./lib/survey/file-group.js

/** So many of a group's files are named. */
const SHOWN = 8;
/** So many directories of one layer are told apart; more become one group. */
const DIRECTORIES = 6;
/** Groups of files that have `keyOf` and layer in common, each split by directory where those are few. */
function groupFiles(files, keyOf) {
    const byCause = Map.groupBy(files, (file) => `${keyOf(file)}\n${file.layer ?? ''}`);
    return [...byCause.values()].flatMap((members) => {
        const byDirectory = [...Map.groupBy(members, ({ path }) => unitOf(path)).values()];
        return (byDirectory.length > DIRECTORIES ? [members] : byDirectory).flatMap((group) => {
            const [first] = group;
            return first === undefined ? [] : [[groupOf(group, first.layer), first]];
        });
    });
}
function groupOf(members, layer) {
    const paths = members.map(({ path }) => path).sort();
    const [first = '/', ...others] = paths;
    const path = others.length === 0 ? first : paths.map(unitOf).reduce(commonDirectory);
    return { path, layer, count: paths.length, paths: paths.slice(0, SHOWN) };
}
/** The package that a file of node_modules or site-packages belongs to, else its directory. */
function unitOf(path) {
    const inPackage = /^(.*\/(?:node_modules\/(?:@[^/]+\/)?|(?:site|dist)-packages\/)[^/]+)\//.exec(path);
    return inPackage?.[1] ?? (0,rootfs_path/* parentOf */.gN)(path);
}
function commonDirectory(one, other) {
    let common = one;
    while (common !== '/' && other !== common && !other.startsWith(`${common}/`))
        common = (0,rootfs_path/* parentOf */.gN)(common);
    return common;
}

// EXTERNAL MODULE: ./lib/survey/platform-words.js
var platform_words = __webpack_require__(5371);
;// CONCATENATED MODULE: ./lib/survey/archives.js



function foreignArchives(archives, platform) {
    const jars = archives.flatMap(jarsOf);
    const complete = new Set(jars
        .filter(({ natives }) => natives.some((one) => one.architecture === platform.architecture))
        .map(({ family }) => family));
    const foreign = jars.filter(({ family, natives }) => natives.length > 0 && !complete.has(family));
    return groupFiles(foreign, ({ family }) => family).map(([group, { family }]) => {
        const natives = foreign.filter((jar) => jar.family === family).flatMap((jar) => jar.natives);
        return {
            ...group,
            present: [...new Set(natives.map(({ architecture }) => architecture))].sort(),
            natives: natives.map(({ path }) => path).slice(0, 8),
        };
    });
}
/** What was not opened, and why, in words. */
function unreadArchives(archives) {
    return archives.flatMap((located) => {
        const unread = archivedIn(located)?.unread ?? null;
        return unread === null ? [] : [`the native libraries in ${located.path}: ${unread}`];
    });
}
function jarsOf(located) {
    const { path, layer } = located;
    // The number of the machine alone tells; one that no container has is a device's.
    const natives = (archivedIn(located)?.natives ?? []).flatMap((native) => {
        const architecture = native.elf === null ? null : architectureOf(native.elf);
        return architecture === null ? [] : [{ path: native.path, architecture }];
    });
    const byInner = Map.groupBy(natives, (native) => native.path.slice(0, native.path.lastIndexOf('!/') + 1));
    return [...byInner].map(([inner, members]) => ({
        path,
        layer,
        natives: members,
        family: archives_familyOf(`${path}!/${inner}`),
    }));
}
function archives_familyOf(path) {
    return (0,platform_words/* platformWordsOf */.u)(path)?.family ?? path;
}
function archivedIn({ entry: { content } }) {
    return content?.kind === 'other' ? content.archived : undefined;
}

;// CONCATENATED MODULE: ./lib/survey/exec-stack.js

/** Whether a library makes the loader give every thread an executable stack (PT_GNU_STACK with PF_X). */
function wantsExecutableStack(elf) {
    if (elf.type !== ET_DYN || elf.interpreter !== null || elf.dynamic === null)
        return false;
    return elf.programHeaders.some(({ type, flags }) => type === PT_GNU_STACK && (flags & PF_X) !== 0);
}
/** The newest `GLIBC_2.x` that a libc defines, as x; null for another libc. */
function glibcMinor(elf) {
    if (elf.dynamic?.soname !== 'libc.so.6')
        return null;
    const minors = (elf.dynamic.versionsDefined ?? []).flatMap((version) => {
        const minor = /^GLIBC_2\.(\d+)$/.exec(version)?.[1];
        return minor === undefined ? [] : [Number(minor)];
    });
    return minors.length === 0 ? null : Math.max(...minors);
}

;// CONCATENATED MODULE: ./lib/survey/foreign-userland.js
/** What a base image brings; `/usr/local` and the rest is the image's own. */
const SYSTEM = /^\/(?:usr\/)?(?:s?bin|lib(?:32|64|exec|x32)?)\//;
/** A file without which no user land is one. */
const CORE = /\/(?:ld-[^/]*\.so\.\d+|ld64\.so\.\d|libc\.so\.6|libc\.musl-[^/]+|libc-2\.\d+\.so|busybox|bash|dash|sh|coreutils)$/;
const FEWEST = 3;
/** null unless most of the system's own programs and libraries are for one other architecture. */
function findForeignUserland(foreign, native) {
    const system = Map.groupBy(foreign.filter(({ path, architecture }) => architecture !== null && SYSTEM.test(path)), ({ architecture }) => architecture ?? '');
    const [largest] = [...system].sort(([, one], [, other]) => other.length - one.length);
    if (largest === undefined)
        return null;
    const [architecture, files] = largest;
    const nativeCount = native.filter(({ path }) => SYSTEM.test(path)).length;
    const [first] = files;
    const hasCore = files.some(({ path }) => CORE.test(path));
    if (first === undefined || files.length < FEWEST || files.length <= nativeCount || !hasCore)
        return null;
    return {
        architecture,
        machine: first.machine,
        count: files.length,
        nativeCount,
        total: foreign.filter((file) => file.architecture === architecture).length,
        layer: mainLayerOf(files),
        paths: files
            .map(({ path }) => path)
            .filter((path) => CORE.test(path))
            .sort()
            .slice(0, 8),
    };
}
function mainLayerOf(files) {
    const byLayer = [...Map.groupBy(files, ({ layer }) => layer)];
    return byLayer.sort(([, one], [, other]) => other.length - one.length)[0]?.[0] ?? null;
}

// EXTERNAL MODULE: ./lib/survey/emulated-by.js
var emulated_by = __webpack_require__(7173);
;// CONCATENATED MODULE: ./lib/survey/image-view.js

function viewOf(rootfs, platform, places, walk) {
    const placeOf = (path) => places.of(path);
    const commands = walk.native.filter(({ path }) => placeOf(path) === 'command');
    return {
        platform,
        rootfs,
        libc: onlyOne(walk.native.flatMap((file) => libcOf(file) ?? [])),
        foreignPackages: foreignPackagesOf(walk.packageArchitectures, platform),
        emulated: new Set(commands.flatMap(({ path }) => (0,emulated_by/* emulatedBy */.p)(path))),
        placeOf,
        isLinked: (path) => places.isLinked(path),
    };
}
function onlyOne(values) {
    const [first, ...others] = new Set(values);
    return first === undefined || others.length > 0 ? null : first;
}
/** Names of dpkg and apk for architectures, as GOARCH; null for `all`, `noarch` and unknown ones. */
function architectureOfPackage(name) {
    return PACKAGE_ARCHITECTURES.get(name) ?? null;
}
const PACKAGE_ARCHITECTURES = new Map([
    ['amd64', 'amd64'],
    ['x86_64', 'amd64'],
    ['arm64', 'arm64'],
    ['aarch64', 'arm64'],
    ['armhf', 'arm'],
    ['armel', 'arm'],
    ['armv7', 'arm'],
    ['i386', '386'],
    ['x86', '386'],
    ['ppc64el', 'ppc64le'],
    ['ppc64le', 'ppc64le'],
    ['s390x', 's390x'],
    ['riscv64', 'riscv64'],
    ['loong64', 'loong64'],
    ['loongarch64', 'loong64'],
    ['mips64el', 'mips64le'],
    ['mipsel', 'mipsle'],
]);
/**
 * The other architectures of a package database. Only of one that mostly lists the platform's own packages: that of
 * a wrong base lists nothing but foreign ones.
 */
function foreignPackagesOf(names, platform) {
    const architectures = names.flatMap((name) => architectureOfPackage(name) ?? []);
    const own = architectures.filter((architecture) => architecture === platform.architecture).length;
    const foreign = architectures.filter((architecture) => architecture !== platform.architecture);
    return own > foreign.length ? new Set(foreign) : new Set();
}
/** A file of the platform that tells which libc the image has. */
function libcOf({ path }) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.startsWith('ld-musl-'))
        return 'musl';
    return /^ld(?:-linux.*|64)?\.so\.[12]$|^ld-2\.\d+\.so$/.test(name) ? 'glibc' : null;
}

// EXTERNAL MODULE: ./lib/survey/place.js
var survey_place = __webpack_require__(3005);
;// CONCATENATED MODULE: ./lib/survey/platform-builds.js


/** `/usr/lib/x86_64-linux-gnu/`: libraries of one architecture, not builds of one thing. */
const MULTIARCH_ROOT = /^\/(?:usr\/(?:local\/)?)?lib\/\*(?:\/|$)/;
/** npm installs of such packages only the one that fits the machine it runs on. */
const NPM_PLATFORM_PACKAGE = /\/node_modules\/(?:@[^/]+\/)?[^/]*\*[^/]*$/;
class PlatformBuilds {
    #image;
    #families = new Map();
    /** Directories that hold a native add-on which was compiled on installation. */
    #compiled = new Set();
    constructor(image, { native, others }) {
        this.#image = image;
        for (const { path } of native) {
            const compiled = /^(.*)\/build\/Release\/[^/]+\.node$/.exec(path)?.[1];
            if (compiled !== undefined)
                this.#compiled.add(compiled);
        }
        for (const { path } of [...native, ...others.map(({ file }) => file)]) {
            const words = (0,platform_words/* platformWordsOf */.u)(path);
            if (words !== null)
                this.#members(rootOf(words)).push(words);
        }
    }
    #members(root) {
        const known = this.#families.get(root);
        if (known !== undefined)
            return known;
        const members = [];
        this.#families.set(root, members);
        return members;
    }
    /** Builds for the platform's machine, but for a libc that the image has not, without one for its own. */
    ofOtherLibc(native) {
        return native.filter(({ path }) => path.endsWith('.node')).filter((file) => this.of(file) === 'missing');
    }
    of(file) {
        const words = (0,platform_words/* platformWordsOf */.u)(file.path);
        const root = words === null ? null : rootOf(words);
        if (words === null || root === null || MULTIARCH_ROOT.test(root))
            return 'unnamed';
        if (words.architecture === null && (words.os === null || words.os === 'linux'))
            return 'unnamed';
        const isNative = file.architecture === this.#image.platform.architecture;
        if (this.#isOurs(words))
            return isNative ? 'complete' : 'contradicted';
        if (file.architecture !== null && file.architecture !== words.architecture)
            return 'unnamed';
        const members = this.#families.get(root) ?? [];
        if (members.some((member) => this.#isOurs(member)) || this.#hasSubstitute(root))
            return 'complete';
        const mayBeWanted = (0,survey_place/* isExtension */.o)(file.path) ||
            NPM_PLATFORM_PACKAGE.test(root) ||
            members.some(({ os }) => os === null || os === 'linux');
        return mayBeWanted ? 'missing' : 'other-systems';
    }
    #isOurs({ os, architecture, libc }) {
        const { platform, libc: own } = this.#image;
        const fits = libc === null || own === null || libc === own;
        return (os === null || os === platform.os) && architecture === platform.architecture && fits;
    }
    /** A package with `prebuilds/` also works where its add-on was compiled, or where it has a plain fallback. */
    #hasSubstitute(root) {
        const [, folder] = /^(.*)\/prebuilds\/[^/]*$/.exec(root) ?? [];
        if (folder === undefined)
            return false;
        return this.#compiled.has(folder) || this.#image.rootfs.lookup(`${folder}/fallback.js`) !== null;
    }
}
/** Up to the last directory that varies (`/app/node_modules/@esbuild/*`), else the whole. */
function rootOf({ family }) {
    const name = family.lastIndexOf('/');
    const star = family.lastIndexOf('*', name);
    return star < 0 ? family : family.slice(0, family.indexOf('/', star));
}

;// CONCATENATED MODULE: ./lib/survey/missing-builds.js



function missingBuilds(files) {
    return groupFiles(files, missing_builds_familyOf).map(([group, file]) => {
        const family = missing_builds_familyOf(file);
        const members = files.filter((each) => missing_builds_familyOf(each) === family);
        const present = members.flatMap(({ path }) => wordsOf((0,platform_words/* platformWordsOf */.u)(path)) ?? []);
        return { ...group, family, present: [...new Set(present)].sort() };
    });
}
function missing_builds_familyOf({ path }) {
    const words = (0,platform_words/* platformWordsOf */.u)(path);
    return words === null ? path : rootOf(words);
}
function wordsOf(words) {
    if (words === null)
        return null;
    const name = `${words.os ?? 'linux'}/${words.architecture ?? 'unknown'}`;
    return words.libc === null ? name : `${name} (${words.libc})`;
}

;// CONCATENATED MODULE: ./lib/survey/other-libc.js
/**
 * Add-ons that were compiled against the other libc: right machine, and yet not loadable, because the libc or the
 * loader that they name as needed is nowhere in the image. musl answers to `libc.so.6` itself, so that only
 * the loader's name tells there.
 */




const other_libc_NAMES = { glibc: /^ld(?:-linux[^/]*|64)\.so\.\d$/, musl: /^libc\.musl-[^/]+\.so\.\d$/ };
function addOnsOfOtherLibc(native, image) {
    if (image.libc === null)
        return [];
    const libc = image.libc === 'glibc' ? 'musl' : 'glibc';
    const present = new Set(native.map(({ path }) => (0,rootfs_path/* baseOf */.bx)(path)));
    const isThere = memoized((name) => present.has(name) || isLinkedIn(image.rootfs, name));
    const neededBy = ({ elf }) => elf?.dynamic?.needed.find((name) => other_libc_NAMES[libc].test(name) && !isThere(name));
    const wrong = native.filter((file) => isAddOn(image.placeOf(file.path)) && isUnnamed(file) && neededBy(file) !== undefined);
    return groupFiles(wrong, (file) => `${image.placeOf(file.path)} ${neededBy(file) ?? ''}`).map(([group, file]) => ({
        ...group,
        place: image.placeOf(file.path),
        libc,
        needed: neededBy(file) ?? '',
    }));
}
function isAddOn(place) {
    return place === 'extension' || place === 'add-on';
}
/** Builds that name their libc lie beside others, and are asked about as such. */
function isUnnamed({ path }) {
    return ((0,platform_words/* platformWordsOf */.u)(path)?.libc ?? null) === null;
}
/** Alpine's libc6-compat puts glibc's names as links beside its own libc. */
function isLinkedIn(rootfs, name) {
    return LIBRARY_DIRECTORIES.some((directory) => (0,resolve/* resolve */.h)(rootfs, `${directory}/${name}`).kind === 'found');
}
const LIBRARY_DIRECTORIES = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib'];
function memoized(ask) {
    const answers = new Map();
    return (name) => {
        const answer = answers.get(name) ?? ask(name);
        answers.set(name, answer);
        return answer;
    };
}

;// CONCATENATED MODULE: ./lib/survey/page-size.js

/** Platforms whose hosts have pages of 4K, 16K or 64K, so that files must be made for the largest. */
const LARGE_PAGES = new Set(['arm64', 'ppc64le', 'ppc64']);
const LARGEST_PAGE = 0x10000n;
/**
 * The smallest p_align of a file that cannot be mapped with 64K pages; null when it can. A library must claim the
 * alignment (glibc, elf/dl-load.c: "ELF load command alignment not page-aligned"); for a program the kernel demands
 * that addresses and offsets agree, and two segments must not share a page.
 */
function tooSmallAlignment(elf, architecture) {
    if (!LARGE_PAGES.has(architecture) || (elf.type !== ET_DYN && elf.type !== ET_EXEC))
        return null;
    const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
    const smallest = loads.reduce((least, { align }) => (align < least ? align : least), LARGEST_PAGE);
    if (smallest >= LARGEST_PAGE)
        return null;
    return isLibrary(elf) || !fitsLargePages(loads) ? smallest : null;
}
function isLibrary(elf) {
    const isProgram = elf.interpreter !== null || ((elf.dynamic?.flags1 ?? 0) & DF_1_PIE) !== 0;
    return elf.type === ET_DYN && elf.dynamic !== null && !isProgram;
}
function fitsLargePages(loads) {
    return loads.every((load, index) => {
        const before = loads[index - 1];
        const congruent = (load.virtualAddress - load.offset) % LARGEST_PAGE === 0n;
        const ownPage = before === undefined ||
            page_size_pageOf(before.virtualAddress + before.memorySize - 1n) < page_size_pageOf(load.virtualAddress);
        return congruent && ownPage;
    });
}
function page_size_pageOf(address) {
    return address / LARGEST_PAGE;
}

;// CONCATENATED MODULE: ./lib/survey/refused-commands.js
/**
 * Would each command on PATH start? The same question as for the container's own program, asked of every executable
 * there as root, because the image's user is no matter of the file. Equal causes are one fact: two hundred commands
 * that lack one library are one entry.
 */




const refused_commands_SHELL = { name: 'sh', search: 'execvp', unknownFile: 'read-by-shell' };
const ROOT = { uid: 0, gid: 0, groups: [] };
/** Roles of one execve(2); what a wrapper would start later is another question. */
const OWN_ROLES = new Set(['program', 'interpreter', 'loader', 'library', 'preload']);
function refusedCommands(rootfs, commands, context) {
    const groups = new Map();
    const started = new Set(context.trace.steps.flatMap(({ file }) => file?.located.path ?? []));
    for (const { path, why } of commands) {
        if (started.has(path))
            continue;
        const trace = traceCommand(rootfs, path, why === 'wanted' ? 'the setting `binaries`' : 'PATH', context);
        const refused = trace.steps.find(({ refusals }) => refusals.some(isFault));
        if (refused === undefined)
            continue;
        const key = why === 'wanted' ? path : causeOf(refused);
        const known = groups.get(key);
        if (known === undefined)
            groups.set(key, { trace, paths: [path], why });
        else
            known.paths.push(path);
    }
    return [...groups.values()];
}
function traceCommand(rootfs, path, via, { platform, config, trace }) {
    const recording = new Recording();
    const execution = {
        rootfs,
        platform,
        environment: environmentOf(config.process.env),
        workingDir: '/',
        credentials: ROOT,
        access: accessOf(ROOT),
        mode: 'normal',
        chain: 'start',
        reach: 'certain',
        recording,
    };
    startCommand(execution, {
        argv: [path],
        tail: 'more',
        role: 'program',
        by: null,
        via,
        launcher: refused_commands_SHELL,
    });
    const end = recording.steps.findIndex(({ role }) => !OWN_ROLES.has(role));
    const steps = end < 0 ? recording.steps : recording.steps.slice(0, end);
    return { ...trace, argv: [path], steps, refusals: [], leftOut: [], unreadable: [] };
}
/** Most hosts run 32-bit programs: what counts is whether their loader and libraries are there. */
function isFault(refusal) {
    return refusal.kind !== 'wrong-abi' || refusal.abi.kind !== 'compat-32-bit';
}
/** What is asked for and how it is refused, without who asks. */
function causeOf({ name, role, refusals }) {
    const refusal = refusals.find(isFault);
    const asked = role === 'program' ? '' : name;
    return `${role} ${asked} ${refusal === undefined ? '' : detailOf(refusal)}`;
}
function detailOf(refusal) {
    switch (refusal.kind) {
        case 'symbol-version-not-found':
            return `${refusal.kind} ${refusal.versions.join()}`;
        case 'symbol-not-found':
            return `${refusal.kind} ${refusal.symbols.join()}`;
        default:
            return refusal.kind;
    }
}

// EXTERNAL MODULE: ./lib/survey/exemptions/index.js + 14 modules
var survey_exemptions = __webpack_require__(1816);
;// CONCATENATED MODULE: ./lib/survey/set-apart.js


function setApart(others, builds, image, off) {
    const active = survey_exemptions/* EXEMPTIONS */.v.filter(({ name }) => !off.includes(name));
    const counts = new Map();
    const foreign = others.flatMap(({ file, fit }) => {
        const about = { fit, builds: builds.of(file), image };
        const covering = active.find((one) => isHeard(one, file.path, image) && one.applies(file, about));
        if (covering === undefined)
            return [file];
        counts.set(covering.name, (counts.get(covering.name) ?? 0) + 1);
        return [];
    });
    const exemptions = active.flatMap(({ name }) => {
        const count = counts.get(name);
        return count === undefined ? [] : [{ name, count }];
    });
    return { foreign, exemptions };
}
function isHeard({ judgedBy }, path, image) {
    const place = image.placeOf(path);
    if (place === 'wanted')
        return false;
    if (judgedBy === 'place')
        return !(0,survey_place/* isCalled */.AP)(place);
    return judgedBy === 'file' || !image.isLinked(path);
}

;// CONCATENATED MODULE: ./lib/survey/binary-file.js



/** null for files without machine code. */
function binaryFileOf({ path, layer, entry }) {
    const { content, size, mode } = entry;
    const file = { path, layer, size, isExecutable: (mode & 0o111) !== 0 };
    if (content?.kind === 'elf') {
        const architecture = architectureOf(content);
        return { ...file, format: 'elf', elf: content, machine: binary_file_wordsOf(content), architecture };
    }
    if (content?.kind !== 'other' || (content.format !== 'mach-o' && content.format !== 'pe'))
        return null;
    const name = content.format === 'pe' ? 'PE' : 'Mach-O';
    const machine = content.detail === null ? name : `${name} ${content.detail}`;
    return { ...file, format: content.format, elf: null, machine, architecture: null };
}
/** The machine alone where that says it all, else with word size and byte order: `PowerPC64, 64-bit big-endian`. */
function binary_file_wordsOf(elf) {
    const name = (0,machines/* machineName */.Fm)(elf.machine);
    const saysAll = architectureOf(elf) !== null && elf.machine !== machines/* EM_PPC64 */.vM && elf.machine !== machines/* EM_MIPS */.th;
    if (saysAll || elf.class === null || elf.byteOrder === null)
        return name;
    return `${name}, ${elf.class}-bit ${elf.byteOrder}-endian`;
}
function fitOf({ elf }, platform) {
    if (elf === null)
        return 'foreign';
    if (elf.type !== ET_EXEC && elf.type !== ET_DYN)
        return 'no-program';
    const abi = abiOf(elf, platform);
    if (abi.kind === 'native' || abi.kind === 'unknown-platform')
        return 'native';
    return abi.kind === 'compat-32-bit' && abi.hosts === 'most' ? 'compatible' : 'foreign';
}

;// CONCATENATED MODULE: ./lib/survey/walk-files.js


/** @throws {LayerNeeded} when not every layer is mounted. */
function walkFiles(rootfs, platform, places) {
    let files = 0;
    const packageArchitectures = [];
    const candidates = [];
    const archives = [];
    for (const located of rootfs.all()) {
        const { type, content } = located.entry;
        // Where a link of PATH leads is known before any file is judged.
        if (type === 'symlink')
            places.follow(located.path);
        if (type !== 'file')
            continue;
        files++;
        places.see(located.path);
        if (content?.kind === 'packages') {
            packageArchitectures.push(...content.packages.map(({ architecture }) => architecture));
        }
        if (content?.kind === 'other' && content.archived !== undefined)
            archives.push(located);
        if (isBinary(located) || isRunnable(located))
            candidates.push(located);
    }
    return { files, packageArchitectures, archives, ...sortOut(candidates, platform, places) };
}
function sortOut(candidates, platform, places) {
    let minor = null;
    const native = [];
    const others = [];
    const commands = places.lost.map((path) => ({ path, why: 'wanted' }));
    for (const located of candidates) {
        const file = binaryFileOf(located);
        const fit = file === null ? null : fitOf(file, platform);
        const why = fit === 'foreign' ? null : whyAsked(located, places);
        if (why !== null)
            commands.push({ path: located.path, why });
        if (file === null || fit === null)
            continue;
        if (fit === 'native')
            native.push(file);
        else
            others.push({ file, fit });
        if (fit === 'native' && file.elf !== null)
            minor ??= glibcMinor(file.elf);
    }
    return { native, others, glibcMinor: minor, commands };
}
function isBinary({ entry: { content } }) {
    return (content?.kind === 'elf' ||
        (content?.kind === 'other' && (content.format === 'mach-o' || content.format === 'pe')));
}
function isRunnable({ entry: { mode, content } }) {
    return (mode & 0o111) !== 0 && content !== undefined;
}
/** null for what is no command: also libraries have x bits. */
function whyAsked(located, places) {
    const { content } = located.entry;
    if (!isRunnable(located) || content === undefined)
        return null;
    const place = places.of(located.path);
    if (place === 'wanted')
        return 'wanted';
    if (place === 'command')
        return content.kind === 'elf' ? 'on-path' : 'script';
    return content.kind === 'script' && /^[^\n]*\r\n/.test(content.head) ? 'script' : null;
}

;// CONCATENATED MODULE: ./lib/survey/survey.js















/** @throws {LayerNeeded} when not every layer is mounted. */
function surveyImage(rootfs, context) {
    const { platform, config } = context;
    const environment = environmentOf(config.process.env);
    const places = new survey_place/* Places */.N4(rootfs, platform.architecture, environment, context.binaries);
    const walk = walkFiles(rootfs, platform, places);
    const image = viewOf(rootfs, platform, places, walk);
    const builds = new PlatformBuilds(image, walk);
    const { foreign, exemptions } = setApart(walk.others, builds, image, context.exemptionsOff);
    const userland = findForeignUserland(foreign, walk.native);
    const started = refusedFiles(context.trace);
    const strays = foreign.filter(({ path, architecture }) => {
        return !started.has(path) && (userland === null || architecture !== userland.architecture);
    });
    const { missing, present } = Object.groupBy(strays, (file) => builds.of(file) === 'missing' && isChosenAtRunTime(file, image) ? 'missing' : 'present');
    // Builds for Android and others beside ours are for this machine too, and never loaded here.
    const ours = walk.native.filter(({ path }) => ((0,platform_words/* platformWordsOf */.u)(path)?.os ?? platform.os) === platform.os);
    return {
        files: walk.files,
        majorityArchitecture: majorityOf([...walk.native, ...foreign]),
        exemptions,
        foreign: foreignGroups(present ?? [], builds, image.placeOf),
        userland,
        missingBuilds: missingBuilds([...(missing ?? []), ...builds.ofOtherLibc(walk.native)]),
        otherLibc: addOnsOfOtherLibc(walk.native, image),
        archives: foreignArchives(walk.archives, platform),
        leftOut: unreadArchives(walk.archives),
        unmatched: places.unmatched,
        smallPages: smallPages(ours, platform),
        // With the wrong user land under them, why a command does not start is known already.
        commands: userland === null ? refusedCommands(rootfs, walk.commands, context) : [],
        executableStacks: executableStacks(ours, platform),
        glibcMinor: walk.glibcMinor,
        foreignDigests: digestsOf(foreign),
        nativeDigests: digestsOf(walk.native),
    };
}
/** Python's import and node's compiled add-ons have one name, platform included; commands and services are called. */
function isChosenAtRunTime({ path }, { placeOf }) {
    const place = placeOf(path);
    return place !== 'command' && place !== 'service' && place !== 'wanted' && !LOADED_BY_NAME.test(path);
}
const LOADED_BY_NAME = /\.(?:cpython|pypy|abi)[^/]*\.so$|\/build\/(?:Release|Debug)\//;
/** Files of the start that do not fit are reported as such. */
function refusedFiles({ steps }) {
    const refused = steps.filter(({ refusals }) => refusals.length > 0);
    return new Set(refused.flatMap((step) => [
        ...pathOf(step),
        ...step.refusals.flatMap((refusal) => misfits(step, refusal)),
    ]));
}
function pathOf({ file }) {
    return file === null ? [] : [file.located.path];
}
/** Libraries for other machines that are why the start fails: that says more than that they are there. */
function misfits({ chain, reach }, refusal) {
    if (chain !== 'start' || reach !== 'certain' || refusal.kind !== 'library-mismatch')
        return [];
    const isCertain = refusal.effect === 'stops' && refusal.hosts.on === 'all';
    return isCertain ? refusal.passedOver.map(({ path }) => path) : [];
}
function foreignGroups(files, builds, placeOf) {
    const misnamed = (file) => builds.of(file) === 'contradicted';
    const keyOf = (file) => `${placeOf(file.path)} ${file.machine} ${misnamed(file)}`;
    return groupFiles(files, keyOf).map(([group, file]) => ({
        ...group,
        place: placeOf(file.path),
        machine: file.machine,
        architecture: file.architecture,
        misnamed: misnamed(file),
    }));
}
function smallPages(native, { architecture }) {
    const alignOf = ({ elf }) => elf === null ? null : tooSmallAlignment(elf, architecture);
    const small = native.filter((file) => alignOf(file) !== null);
    return groupFiles(small, (file) => String(alignOf(file))).map(([group, file]) => ({
        ...group,
        align: Number(alignOf(file)),
    }));
}
/** Not on MIPS, where toolchains marked every library because the kernel emulates floating point on the stack. */
function executableStacks(native, { architecture }) {
    const marked = native.filter(({ elf }) => elf !== null && wantsExecutableStack(elf));
    return architecture.startsWith('mips') ? [] : groupFiles(marked, () => '').map(([group]) => group);
}
function digestsOf(files) {
    return new Map(files.flatMap(({ elf, path }) => (elf === null ? [] : [[elf.sha256, path]])));
}
function majorityOf(files) {
    const tally = Map.groupBy(files.filter(({ architecture }) => architecture !== null), ({ architecture }) => architecture);
    const [first, second] = [...tally].sort(([, one], [, other]) => other.length - one.length);
    return first === undefined || first[1].length === second?.[1].length ? null : first[0];
}

;// CONCATENATED MODULE: ./lib/inspect/inspect-platform.js
/**
 * One platform image: its layers are read from the top, only as far as the question needs, and the trace is asked
 * again after each one. Scope `image` needs every layer and reads them side by side.
 */










/** @throws {Failure} when a layer that the answer rests on cannot be read. */
async function inspectPlatform(image, readLayer, options) {
    const layers = layersOf(image);
    const system = systemOf(image.platform, image.manifest.annotations);
    // Nothing but the start is known of other systems, and a Windows base has gigabytes that it need not.
    if (options.scope === 'start' || system !== 'linux')
        return await inspectStart(image, layers, readLayer, options);
    const listings = await Promise.all(layers.map(readLayer));
    const rootfs = RootFs.of(listings.toReversed());
    const traces = tracesOf(rootfs, image, options);
    const { trace } = traces;
    const survey = surveyImage(rootfs, {
        platform: image.platform,
        config: image.config,
        trace,
        binaries: options.binaries,
        exemptionsOff: options.exemptionsOff,
    });
    const filesArchitecture = survey.majorityArchitecture ?? firstArchitecture(trace);
    return { facts: { image, ...traces, survey, filesArchitecture }, rootfs };
}
async function inspectStart(image, layers, readLayer, options) {
    const mounted = [];
    for (const layer of layers.toReversed()) {
        const rootfs = RootFs.ofUpper([...mounted]);
        const traces = ifKnown(() => tracesOf(rootfs, image, options));
        if (traces !== null)
            return startOnly(image, traces, rootfs);
        mounted.push(await readLayer(layer));
    }
    const rootfs = RootFs.of(mounted);
    return startOnly(image, tracesOf(rootfs, image, options), rootfs);
}
/** @throws {LayerNeeded} when a layer further down decides. */
function tracesOf(rootfs, image, { users }) {
    const trace = traceStart(rootfs, image);
    if (users !== 'image-and-arbitrary-user')
        return { trace };
    return { trace, arbitraryTrace: traceStart(rootfs, image, { runAs: 'arbitrary-user' }) };
}
function startOnly(image, traces, rootfs) {
    const filesArchitecture = firstArchitecture(traces.trace);
    return { facts: { image, ...traces, survey: null, filesArchitecture }, rootfs };
}
/** null when a layer further down decides. */
function ifKnown(ask) {
    try {
        return ask();
    }
    catch (error) {
        if (error instanceof LayerNeeded)
            return null;
        throw error;
    }
}
function firstArchitecture(trace) {
    for (const { file } of trace.steps) {
        const content = file?.located.entry.content;
        if (content?.kind === 'elf')
            return architectureOf(content);
        if (content?.kind === 'other' && content.pe !== undefined)
            return architectureOfPe(content.pe);
    }
    return null;
}
/** The layers with their diffIDs, lowest first. @throws {Failure} when one of them is of a kind we do not read. */
function layersOf({ manifest, config }) {
    return manifest.layers.map((descriptor, index) => {
        const diffId = config.diffIds[index];
        if (diffId === undefined)
            throw new Error('more layers than diffIDs: platform-images.ts lets none pass');
        if (!isTarLayer(descriptor.mediaType)) {
            throw new base_failure/* Failure */.HR('E_UNSUPPORTED', `the layer ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} has the media type "${(0,plain_text/* printable */.g)(descriptor.mediaType, 120)}", which cannot be read`, 'publish the image with tar layers (plain, gzip or zstd)');
        }
        return { descriptor, diffId };
    });
}

;// CONCATENATED MODULE: ./lib/oci/descriptor.js


/** @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
function readDescriptor(fields) {
    const mediaType = fields.text('mediaType');
    const digest = fields.text('digest');
    const size = fields.integer('size');
    if (mediaType === undefined)
        throw fields.missing('mediaType');
    if (digest === undefined)
        throw fields.missing('digest');
    if (size === undefined)
        throw fields.missing('size');
    const platform = fields.object('platform');
    const artifactType = fields.text('artifactType');
    const urls = fields.texts('urls');
    const data = fields.text('data');
    return {
        mediaType,
        digest: (0,oci_digest/* parseDigest */.m)(digest, fields.where),
        size,
        annotations: fields.textMap('annotations'),
        ...(platform && { platform: readPlatform(platform) }),
        ...(artifactType !== undefined && { artifactType }),
        ...(urls && { urls }),
        ...(data !== undefined && { data: decodeBase64(data, fields.where) }),
    };
}
/** The platform fields of an index entry or a config, as written there. */
function readPlatform(fields) {
    const variant = fields.text('variant');
    const osVersion = fields.text('os.version');
    const osFeatures = fields.texts('os.features');
    return {
        os: fields.text('os') ?? '',
        architecture: fields.text('architecture') ?? '',
        ...(variant !== undefined && variant !== '' && { variant }),
        ...(osVersion !== undefined && osVersion !== '' && { osVersion }),
        ...(osFeatures && { osFeatures }),
    };
}
function decodeBase64(text, where) {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') === text)
        return bytes;
    throw new base_failure/* Failure */.HR('E_JSON', `${where}: data is not base64`, 'build or push the image again');
}

;// CONCATENATED MODULE: ./lib/oci/json.js
/**
 * The border for JSON that an image, a registry or a file hands us (RFC 8259). Stricter than JSON.parse where
 * readers disagree about a document: a repeated key is refused, so are a byte order mark, bytes after the value,
 * invalid UTF-8 and deep nesting. Keys that differ only by case are judged in {@link Fields}, where it is known
 * which keys mean something.
 */


const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const json_WORDS = { t: ['true', true], f: ['false', false], n: ['null', null] };
const json_BLANK = /[ \t\n\r]*/y;
/** Everything but controls, the quote and the backslash. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** `where` names the document in messages. @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
function parseJson(bytes, where) {
    let text;
    try {
        text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    }
    catch (cause) {
        throw json_broken(where, 'holds bytes that are not UTF-8', cause);
    }
    const cursor = new Cursor(text, where);
    const value = cursor.value(0);
    cursor.end();
    return value;
}
function json_broken(where, why, cause) {
    return new base_failure/* Failure */.HR('E_JSON', `${where}: ${why}`, 'build or push the image again: this document is damaged', {
        cause,
    });
}
class Cursor {
    #text;
    #where;
    #at = 0;
    constructor(text, where) {
        this.#text = text;
        this.#where = where;
    }
    value(depth) {
        if (depth > limits/* LIMITS */.b.jsonDepth)
            throw this.#fail(`is nested deeper than ${limits/* LIMITS */.b.jsonDepth} levels`);
        this.#match(json_BLANK);
        const first = this.#text[this.#at];
        if (first === '{')
            return this.#object(depth);
        if (first === '[')
            return this.#array(depth);
        if (first === '"')
            return this.#string();
        if (first === 't' || first === 'f' || first === 'n')
            return this.#word(first);
        const number = this.#match(NUMBER);
        if (number === '')
            throw this.#unexpected();
        return Number(number);
    }
    end() {
        this.#match(json_BLANK);
        if (this.#at < this.#text.length)
            throw this.#fail('goes on after the end of the JSON value');
    }
    #object(depth) {
        const members = new Map();
        this.#at++;
        if (this.#take('}'))
            return members;
        for (;;) {
            this.#match(json_BLANK);
            if (this.#text[this.#at] !== '"')
                throw this.#unexpected();
            const key = this.#string();
            if (members.has(key))
                throw ambiguous(this.#where, [key]);
            if (!this.#take(':'))
                throw this.#unexpected();
            members.set(key, this.value(depth + 1));
            if (this.#take('}'))
                return members;
            if (!this.#take(','))
                throw this.#unexpected();
        }
    }
    #array(depth) {
        const items = [];
        this.#at++;
        if (this.#take(']'))
            return items;
        for (;;) {
            items.push(this.value(depth + 1));
            if (this.#take(']'))
                return items;
            if (!this.#take(','))
                throw this.#unexpected();
        }
    }
    /** Unpaired surrogates become U+FFFD, as in Go, whose programs decide what runs. */
    #string() {
        const start = this.#at++;
        let escaped = false;
        for (;;) {
            this.#match(PLAIN);
            if (this.#text[this.#at] === '"')
                break;
            if (this.#match(ESCAPE) === '')
                throw this.#unexpected();
            escaped = true;
        }
        this.#at++;
        if (!escaped)
            return this.#text.slice(start + 1, this.#at - 1);
        const unescaped = JSON.parse(this.#text.slice(start, this.#at));
        return String(unescaped).toWellFormed();
    }
    #word(first) {
        const [word, value] = json_WORDS[first];
        if (!this.#text.startsWith(word, this.#at))
            throw this.#unexpected();
        this.#at += word.length;
        return value;
    }
    #take(character) {
        this.#match(json_BLANK);
        const found = this.#text[this.#at] === character;
        if (found)
            this.#at++;
        return found;
    }
    #match(pattern) {
        pattern.lastIndex = this.#at;
        const [found = ''] = pattern.exec(this.#text) ?? [];
        this.#at += found.length;
        return found;
    }
    #unexpected() {
        if (this.#at >= this.#text.length)
            return this.#fail('ends in the middle of the JSON value');
        return this.#fail(`is not JSON: unexpected ${JSON.stringify(this.#text[this.#at])} at ${this.#at}`);
    }
    #fail(why) {
        return json_broken(this.#where, why);
    }
}
/** Keys about which readers disagree: some take the first, some the last, Go ignores case. */
function ambiguous(where, keys) {
    const names = keys.map((key) => JSON.stringify(key.slice(0, 80))).join(' and ');
    return new base_failure/* Failure */.HR('E_JSON_AMBIGUOUS', `${where}: ${keys.length === 1 ? `the key ${names} stands twice` : `the keys ${names} differ only by case`}, and programs disagree about which one counts`, 'do not trust this image: no ordinary builder writes this; build and push it again');
}

;// CONCATENATED MODULE: ./lib/oci/fields.js


/**
 * The fields of one JSON object, read as Go's encoding/json reads them into a struct, because container
 * runtimes are Go programs: a key matches its field whatever its case, and null is the same as absent.
 * Where two keys match one field the document means different things to different readers: E_JSON_AMBIGUOUS.
 * Every getter throws E_JSON, naming the place, when the value is of another type.
 */
class fields_Fields {
    where;
    #members;
    #object;
    constructor(value, where) {
        if (!(value instanceof Map))
            throw fields_mismatch(where, 'an object');
        this.where = where;
        this.#object = value;
        this.#members = Map.groupBy(value.keys(), foldCase);
    }
    /** @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
    static parse(bytes, where) {
        return new fields_Fields(parseJson(bytes, where), where);
    }
    /** The keys as written, for objects whose keys are data. */
    names() {
        return [...this.#object.keys()];
    }
    has(name) {
        return this.value(name) !== undefined;
    }
    /** undefined: absent or null. */
    value(name) {
        const keys = this.#members.get(foldCase(name)) ?? [];
        const [key] = keys;
        if (keys.length > 1)
            throw ambiguous(this.where, keys);
        return key === undefined ? undefined : (this.#object.get(key) ?? undefined);
    }
    text(name) {
        const value = this.value(name);
        if (value === undefined || typeof value === 'string')
            return value;
        throw fields_mismatch(this.#at(name), 'a text');
    }
    flag(name) {
        const value = this.value(name) ?? false;
        if (typeof value === 'boolean')
            return value;
        throw fields_mismatch(this.#at(name), 'true or false');
    }
    /** A count or size: an integer from 0 to 2^53-1. */
    integer(name) {
        const value = this.value(name);
        if (value === undefined)
            return undefined;
        if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
            return value;
        throw fields_mismatch(this.#at(name), 'a whole number that is not negative');
    }
    /** null: absent. */
    texts(name) {
        return this.#list(name)?.map((item, index) => asText(item, `${this.#at(name)}[${index}]`)) ?? null;
    }
    /** Free keys, as in labels and annotations: case matters there, in Go too. */
    textMap(name) {
        const value = this.value(name);
        if (value === undefined)
            return {};
        if (!(value instanceof Map))
            throw fields_mismatch(this.#at(name), 'an object');
        const entries = [...value].map(([key, item]) => [
            key,
            asText(item, `${this.#at(name)}.${key.slice(0, 80)}`),
        ]);
        return Object.freeze(Object.assign(Object.create(null), Object.fromEntries(entries)));
    }
    object(name) {
        const value = this.value(name);
        return value === undefined ? undefined : new fields_Fields(value, this.#at(name));
    }
    /** Empty: absent. */
    objects(name) {
        return (this.#list(name) ?? []).map((item, index) => new fields_Fields(item, `${this.#at(name)}[${index}]`));
    }
    /** @throws {Failure} E_JSON that says the field must be there. */
    missing(name) {
        return fields_mismatch(this.#at(name), 'there');
    }
    #list(name) {
        const value = this.value(name);
        if (value === undefined || Array.isArray(value))
            return value;
        throw fields_mismatch(this.#at(name), 'a list');
    }
    #at(name) {
        return `${this.where}: ${name}`;
    }
}
/** Go's folding for ASCII field names: letters, and the two signs outside ASCII that fold to one. */
function foldCase(key) {
    return key.replaceAll('\u017f', 's').toLowerCase();
}
/** Go leaves an element of a list empty where the document says null. */
function asText(value, where) {
    if (typeof value === 'string')
        return value;
    if (value === null)
        return '';
    throw fields_mismatch(where, 'a text');
}
function fields_mismatch(where, expected) {
    return new base_failure/* Failure */.HR('E_JSON', `${where} must be ${expected}`, 'build or push the image again: this document does not follow the image specification');
}

;// CONCATENATED MODULE: ./lib/oci/image-config.js



/** @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
function parseImageConfig(bytes, where) {
    const fields = fields_Fields.parse(bytes, where);
    const rootfs = fields.object('rootfs');
    const process = fields.object('config');
    return {
        platform: readPlatform(fields),
        diffIds: (rootfs?.texts('diff_ids') ?? []).map((text) => (0,oci_digest/* parseDigest */.m)(text, `${where}: rootfs: diff_ids`)),
        history: fields.objects('history').map(readHistoryEntry),
        process: process ? readProcess(process) : NO_PROCESS,
        labels: process?.textMap('Labels') ?? {},
    };
}
const NO_PROCESS = {
    user: '',
    workingDir: '',
    entrypoint: null,
    cmd: null,
    env: [],
    healthcheck: null,
    shell: null,
};
function readProcess(fields) {
    return {
        user: fields.text('User') ?? '',
        workingDir: fields.text('WorkingDir') ?? '',
        entrypoint: fields.texts('Entrypoint'),
        cmd: fields.texts('Cmd'),
        env: fields.texts('Env') ?? [],
        healthcheck: fields.object('Healthcheck')?.texts('Test') ?? null,
        shell: fields.texts('Shell'),
    };
}
function readHistoryEntry(fields) {
    return {
        createdBy: fields.text('created_by') ?? '',
        comment: fields.text('comment') ?? '',
        emptyLayer: fields.flag('empty_layer'),
    };
}

;// CONCATENATED MODULE: ./lib/oci/manifest-or-index.js
/**
 * The document a reference or an index entry points at (image-spec, image-index.md and manifest.md, and their
 * Docker forms). What it is must be beyond doubt: the media type that was promised, the one written inside and
 * the fields that are there have to agree, because two readers of one digest must see one image (CVE-2021-41190).
 */





/**
 * `promises` are the media types of those who led here: the descriptor, the server. `where` names the document
 * in messages. @throws {Failure} E_JSON, E_JSON_AMBIGUOUS, E_AMBIGUOUS_MANIFEST, E_UNSUPPORTED, E_LIMIT
 */
function parseManifestOrIndex(bytes, promises, where) {
    const fields = fields_Fields.parse(bytes, where);
    const mediaType = mediaTypeOf(fields, [promises].flat());
    return isIndex(mediaType)
        ? { kind: 'index', index: readIndex(fields, mediaType) }
        : { kind: 'manifest', manifest: readManifest(fields, mediaType) };
}
/** What the document is; without promises its bytes alone say it. @throws {Failure} as {@link parseManifestOrIndex} */
function mediaTypeOfDocument(bytes, promises, where) {
    return mediaTypeOf(fields_Fields.parse(bytes, where), promises);
}
function mediaTypeOf(fields, promises) {
    const { where } = fields;
    const kind = manifest_or_index_kindOf(fields);
    const written = fields.text('mediaType') ?? '';
    const claims = [...new Set(written === '' ? promises : [written, ...promises])];
    const [claim = kind === 'index' ? OCI_INDEX : OCI_MANIFEST, other] = claims;
    if (other !== undefined) {
        throw disagreement(where, `is ${quoted(claim)} for one and ${quoted(other)} for another`);
    }
    if (kind === 'index' ? isIndex(claim) : isManifest(claim))
        return claim;
    if (isIndex(claim) || isManifest(claim)) {
        throw disagreement(where, `is called ${claim} but has the fields of the other kind`);
    }
    throw new base_failure/* Failure */.HR('E_UNSUPPORTED', `${where}: is ${quoted(claim)}, not an image`, NOT_AN_IMAGE);
}
/** What the document is by the fields it has. */
function manifest_or_index_kindOf(fields) {
    const { where } = fields;
    const isIndexLike = fields.has('manifests');
    const isManifestLike = fields.has('layers') || fields.has('config');
    const written = fields.text('mediaType') ?? '';
    if (fields.value('schemaVersion') === 1 || fields.has('fsLayers') || isSchema1(written)) {
        throw new base_failure/* Failure */.HR('E_UNSUPPORTED', `${where}: is a Docker schema 1 manifest, which container engines no longer run`, 'push the image again with a current builder');
    }
    if (isIndexLike && isManifestLike) {
        throw disagreement(where, 'lists manifests and is a manifest itself, at once');
    }
    if (isIndexLike || isManifestLike)
        return isIndexLike ? 'index' : 'manifest';
    const what = written === '' ? 'neither an image index nor an image manifest' : quoted(written);
    throw new base_failure/* Failure */.HR('E_UNSUPPORTED', `${where}: is ${what}, not an image`, NOT_AN_IMAGE);
}
const NOT_AN_IMAGE = 'name a container image: this is something else that is kept in registries';
function quoted(mediaType) {
    return JSON.stringify(mediaType.slice(0, 120));
}
function readIndex(fields, mediaType) {
    const artifactType = fields.text('artifactType');
    return {
        mediaType,
        manifests: fields.objects('manifests').map(readDescriptor),
        annotations: fields.textMap('annotations'),
        ...(artifactType !== undefined && { artifactType }),
    };
}
function readManifest(fields, mediaType) {
    const config = fields.object('config');
    if (!config)
        throw fields.missing('config');
    const layers = fields.objects('layers').map(readDescriptor);
    if (layers.length > limits/* LIMITS */.b.layers) {
        throw new base_failure/* Failure */.HR('E_LIMIT', `${fields.where}: has ${layers.length} layers, more than ${limits/* LIMITS */.b.layers}`, 'build the image with fewer layers: no engine can mount so many');
    }
    const artifactType = fields.text('artifactType');
    const subject = fields.object('subject');
    return {
        mediaType,
        config: readDescriptor(config),
        layers,
        annotations: fields.textMap('annotations'),
        ...(artifactType !== undefined && { artifactType }),
        ...(subject && { subject: readDescriptor(subject) }),
    };
}
function disagreement(where, how) {
    return new base_failure/* Failure */.HR('E_AMBIGUOUS_MANIFEST', `${where}: ${how}`, 'do not trust this image: readers of it disagree about what it is; build and push it again');
}

;// CONCATENATED MODULE: ./lib/inspect/platform-images.js
/**
 * From the root descriptor to the platform images under it: indexes are followed (nested ones too, with bounds),
 * build attestations are set apart, every manifest and config is parsed. An entry that cannot be read is kept with
 * its failure, so that the others are still judged.
 */






/** @throws {Failure} when the root itself cannot be read; what is below it fails entry by entry. */
async function readPlatformImages(reader, root, signal) {
    const walk = new Walk(reader, signal);
    const document = await walk.document(root);
    const isIndex = document.kind === 'index';
    const found = isIndex
        ? await walk.children(document.index, 1)
        : [await walk.image(root, document.manifest)];
    return {
        root,
        isIndex,
        entries: found.filter((item) => 'platform' in item),
        attestations: found.filter((item) => 'subject' in item),
    };
}
class Walk {
    #reader;
    #signal;
    #entries = 0;
    constructor(reader, signal) {
        this.#reader = reader;
        this.#signal = signal;
    }
    async document(descriptor) {
        const bytes = await this.#reader.readBytes(descriptor, limits/* LIMITS */.b.manifestBytes, this.#signal);
        return parseManifestOrIndex(bytes, descriptor.mediaType, `the manifest ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)}`);
    }
    /**
     * Everything below an index, in its order. Entries count as often as they are listed, because an index can name the
     * same index many times at every level; too many are a failure of the whole image.
     */
    async children(index, depth) {
        if (depth > limits/* LIMITS */.b.indexDepth) {
            throw new base_failure/* Failure */.HR('E_LIMIT', `indexes are nested deeper than ${limits/* LIMITS */.b.indexDepth}`, 'publish one flat index');
        }
        this.#entries += index.manifests.length;
        if (this.#isOverLimit()) {
            throw new base_failure/* Failure */.HR('E_LIMIT', `the index lists more than ${limits/* LIMITS */.b.manifests} manifests`, 'check its parts one by one');
        }
        const nested = await Promise.all(index.manifests.map((descriptor) => this.#child(descriptor, depth)));
        return nested.flat();
    }
    #isOverLimit() {
        return this.#entries > limits/* LIMITS */.b.manifests;
    }
    async #child(descriptor, depth) {
        try {
            const document = await this.document(descriptor);
            if (document.kind === 'index')
                return await this.children(document.index, depth + 1);
            if (isAttestation(descriptor))
                return [attestationOf(descriptor, document.manifest)];
            if (isUnknown(descriptor.platform))
                throw notAnAttestation(descriptor);
            return [await this.image(descriptor, document.manifest)];
        }
        catch (error) {
            if (!(error instanceof base_failure/* Failure */.HR) || this.#isOverLimit())
                throw error;
            // An engine that pulled the image has no attestations, and nothing starts from one.
            if (isAttestation(descriptor) && error.code === 'E_NOT_FOUND')
                return [];
            return [{ descriptor, platform: descriptor.platform ?? null, image: null, failure: (0,base_failure/* recordOf */.zv)(error) }];
        }
    }
    async image(descriptor, manifest) {
        const where = `the manifest ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)}`;
        if (!isImageConfig(manifest.config.mediaType)) {
            throw notAnImage(where, manifest.artifactType ?? manifest.config.mediaType);
        }
        const bytes = await this.#reader.readBytes(manifest.config, limits/* LIMITS */.b.configBytes, this.#signal);
        const config = parseImageConfig(bytes, `the config ${(0,oci_digest/* shortDigest */.VK)(manifest.config.digest)}`);
        if (config.diffIds.length !== manifest.layers.length) {
            const other = manifest.layers.find(({ mediaType }) => !isTarLayer(mediaType));
            if (other !== undefined)
                throw notAnImage(where, other.mediaType);
            throw new base_failure/* Failure */.HR('E_JSON', `${where} lists ${manifest.layers.length} layers, its config ${config.diffIds.length} diffIDs`, 'build and push the image again: no runtime unpacks it as it is');
        }
        const claimed = descriptor.platform ?? null;
        const platform = claimed ?? config.platform;
        const image = { platform, claimed, descriptor, manifest, config };
        return { descriptor, platform, image, failure: null };
    }
}
/** A chart, a signature, a module: some of them say that their config is that of an image. */
function notAnImage(where, type) {
    const hint = 'give the reference of an image';
    return new base_failure/* Failure */.HR('E_UNSUPPORTED', `${where} is not a container image but "${type}"`, hint);
}
/** No host selects `unknown/unknown`, so an attestation can never be started by mistake. */
function isAttestation({ annotations, platform }) {
    return annotations['vnd.docker.reference.type'] === 'attestation-manifest' && isUnknown(platform);
}
function isUnknown(platform) {
    return platform?.os === 'unknown' || platform?.architecture === 'unknown';
}
function attestationOf(descriptor, manifest) {
    const stranger = manifest.layers.find(({ mediaType }) => mediaType !== 'application/vnd.in-toto+json');
    if (stranger !== undefined) {
        throw new base_failure/* Failure */.HR('E_UNSUPPORTED', `the index entry ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} calls itself an attestation but holds a layer of type "${stranger.mediaType}"`, 'rebuild the index with docker buildx: attestations hold in-toto statements only');
    }
    return { descriptor, subject: descriptor.annotations['vnd.docker.reference.digest'] ?? '', manifest };
}
function notAnAttestation({ digest }) {
    return new base_failure/* Failure */.HR('E_UNSUPPORTED', `the index entry ${(0,oci_digest/* shortDigest */.VK)(digest)} has the platform unknown/unknown and is not marked as a build attestation`, 'give the entry its platform (docker manifest annotate), or take it out of the index');
}

;// CONCATENATED MODULE: ./lib/rules/arbitrary-user-observations.js
function* arbitraryUserObservations(rule, facts) {
    const { arbitraryTrace: trace } = facts;
    if (trace === undefined || trace.credentials === null)
        return;
    const known = new Set([...rule.examine(facts)].map(arbitrary_user_observations_faultOf));
    const { uid, gid } = trace.credentials;
    for (const seen of rule.examine({ ...facts, trace })) {
        if (known.has(arbitrary_user_observations_faultOf(seen)))
            continue;
        yield {
            ...seen,
            title: `as an arbitrary user ${seen.title}`,
            message: `${seen.message} That is when the container runs as ${uid}:${gid}, as on OpenShift.`,
            evidence: { ...seen.evidence, user: `${uid}:${gid}` },
        };
    }
}
/** What is wrong with what; the message names the user too. */
function arbitrary_user_observations_faultOf({ severity, title, path, runtimeError }) {
    return JSON.stringify([severity, title, path, runtimeError]);
}

;// CONCATENATED MODULE: ./lib/rules/command-observations.js
/** Rules about one file and what it needs; the others are about the config, or have a counterpart for all files. */
const ABOUT_FILES = new Set([
    'crlf-script',
    'interpreter-loop',
    'interpreter-not-found',
    'isa-level',
    'library-mismatch',
    'library-not-found',
    'loader-mismatch',
    'loader-not-found',
    'malformed-elf',
    'malformed-shebang',
    'program-not-found',
    'symbol-not-found',
    'symbol-version-not-found',
    'unknown-format',
]);
const command_observations_SHOWN = 5;
function* commandObservations(rule, facts) {
    if (!ABOUT_FILES.has(rule.id))
        return;
    for (const command of facts.survey?.commands ?? []) {
        for (const seen of rule.examine({ ...facts, trace: command.trace })) {
            yield aboutCommand(seen, seen.severity ?? rule.severity, command);
        }
    }
}
function aboutCommand(seen, severity, { paths, why }) {
    if (why === 'wanted')
        return seen;
    const others = paths.slice(1);
    const more = others.length > command_observations_SHOWN ? ` and ${others.length - command_observations_SHOWN} more` : '';
    const alike = others.length === 0 ? '' : ` So do ${others.slice(0, command_observations_SHOWN).join(', ')}${more}.`;
    return {
        ...seen,
        severity: why === 'script' || severity !== 'error' ? 'note' : 'warning',
        message: `${seen.message}${alike} The container does not start ${others.length === 0 ? 'it' : 'them'} by itself.`,
        evidence: { ...seen.evidence, commands: paths.slice(0, 50), count: paths.length },
    };
}

;// CONCATENATED MODULE: ./lib/inspect/twins.js
/**
 * What `same-content` found is the best proof that there is for a file of the wrong machine, and belongs to the error
 * about that file. Only where no error speaks of the file is it a finding of its own.
 */









/** Rules that say: this file is for another machine. */
const twins_WRONG_MACHINE = new Set([
    wrongArchitecture,
    wrongAbi,
    compat32Bit,
    loaderMismatch,
    libraryMismatch,
    foreignUserland,
    foreignBinary,
    foreignAddOn,
].map(({ id }) => id));
/** The same findings in the same order, without the twins that an error speaks of. */
function withTwins(findings) {
    const [twins, others] = [findings.filter(isTwin), findings.filter((finding) => !isTwin(finding))];
    const isTold = (twin) => twin.platforms.length > 0 &&
        twin.platforms.every((platform) => others.some((other) => other.severity === 'error' && proves(twin, other) && isOf(other, platform)));
    return findings.flatMap((finding) => {
        if (isTwin(finding))
            return isTold(finding) ? [] : [finding];
        const twin = twins.find((other) => proves(other, finding) && finding.platforms.every((platform) => isOf(other, platform)));
        return twin === undefined
            ? [finding]
            : [{ ...finding, message: `${finding.message} ${proofOf(twin, finding)}` }];
    });
}
function isTwin({ rule }) {
    return rule === sameContent.id;
}
function isOf({ platforms }, platform) {
    return platforms.includes(platform);
}
/** Whether both speak of one file. */
function proves({ path: twin, evidence }, { rule, path, evidence: own }) {
    const { sha256, paths, count } = own;
    if (sha256 !== undefined)
        return evidence['sha256'] === sha256;
    if (!twins_WRONG_MACHINE.has(rule) || twin === null || path === null)
        return false;
    if (twin === path)
        return true;
    if (!Array.isArray(paths))
        return false;
    if (paths.includes(twin))
        return true;
    // Of many files only some are listed.
    const isLonger = typeof count === 'number' && count > paths.length;
    return isLonger && (rule === foreignUserland.id || twin.startsWith(`${path}/`));
}
/** The twin's own sentence where it counts files. */
function proofOf(twin, { path }) {
    const { twin: name, count = 1 } = twin.evidence;
    const isOne = count === 1 && twin.path === path;
    return isOne && typeof name === 'string' ? `It is byte for byte the file in ${name}.` : twin.message;
}

;// CONCATENATED MODULE: ./lib/inspect/run-rules.js
/** Facts -> observations -> findings: equal observations of several platforms become one finding, worst first. */





const ORDER = ['error', 'warning', 'note'];
function runRules(rules, facts) {
    const merged = new Map();
    for (const sighting of sightingsOf(rules, facts)) {
        const key = keyOf(sighting);
        const known = merged.get(key);
        const platforms = [...new Set([...(known?.platforms ?? []), ...sighting.platforms])];
        merged.set(key, { ...(known ?? sighting), platforms });
    }
    const findings = [...merged.values()].map((sighting) => findingOf(sighting, facts.reference));
    return withTwins(findings).sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
}
function* sightingsOf(rules, facts) {
    for (const rule of rules) {
        if (rule.scope === 'index') {
            for (const observation of rule.examine(facts)) {
                const platforms = (observation.platforms ?? []).map(oci_platform/* formatPlatform */.Bq);
                yield { rule, observation, platforms };
            }
            continue;
        }
        for (const platform of facts.platforms) {
            if (rule.scope === 'image' && platform.survey === null)
                continue;
            const platforms = [(0,oci_platform/* formatPlatform */.Bq)(platform.image.platform)];
            for (const observation of rule.examine(platform))
                yield { rule, observation, platforms };
            if (rule.scope !== 'start')
                continue;
            for (const observation of arbitraryUserObservations(rule, platform))
                yield { rule, observation, platforms };
            for (const observation of commandObservations(rule, platform))
                yield { rule, observation, platforms };
        }
    }
}
/** What makes two observations one: everything people read, but not the digests that differ from platform to platform. */
function keyOf({ rule, observation }) {
    const { severity, title, message, fix, runtimeError, path } = observation;
    return JSON.stringify([rule.id, severity, title, message, fix, runtimeError, path]);
}
function findingOf({ rule, observation, platforms }, image) {
    return {
        rule: rule.id,
        severity: observation.severity ?? rule.severity,
        image,
        platforms,
        path: observation.path ?? null,
        title: withPlatforms(observation.title, platforms),
        message: withPlatforms(observation.message, platforms),
        fix: withPlatforms(observation.fix ?? rule.fix, platforms),
        runtimeError: observation.runtimeError ?? null,
        ...(observation.notes === undefined ? {} : { notes: observation.notes }),
        evidence: observation.evidence,
        layer: observation.layer ?? null,
        createdBy: null,
        location: null,
        related: [],
    };
}
function withPlatforms(text, platforms) {
    const numbered = text.replace(/\{(\w+)\|(\w+)\}/g, platforms.length > 1 ? '$2' : '$1');
    return numbered.replaceAll('{platforms}', () => listPlatforms(platforms));
}

;// CONCATENATED MODULE: ./lib/inspect/inspect-image.js
/** One image: every platform under its root descriptor is examined, then all rules are asked. */







/** @throws {Failure} when the root cannot be read or holds no platform image; platforms fail one by one. */
async function inspectImage(question, reader, readLayer, options, signal) {
    const read = await readPlatformImages(reader, question.root, signal);
    const { isIndex, attestations } = read;
    const entries = read.entries.filter((entry) => !isLeftOut(entry, question));
    const layers = new Map(entries.flatMap(({ image }) => image?.manifest.layers ?? []).map(({ digest, size }) => [digest, size]));
    const bytes = [...layers.values()].reduce((sum, size) => sum + size, 0);
    options.watch?.({ kind: 'found', platforms: entries.length, layers: layers.size, bytes });
    const outcomes = await Promise.all(entries.map(async (entry) => {
        const outcome = await examine(entry, readLayer, options);
        options.watch?.({ kind: 'platform-done' });
        return outcome;
    }));
    const platforms = outcomes.flatMap(({ facts }) => facts ?? []);
    const facts = { ...question, isIndex, entries, platforms };
    return { outcomes, attestations, findings: runRules(RULES, facts) };
}
/** Where somebody said what is wanted, an engine need not have the rest; without that, the image is not all there. */
function isLeftOut({ platform, image, failure }, { isPartial, required }) {
    if (!isPartial || required.length === 0 || image !== null || failure?.code !== 'E_NOT_FOUND')
        return false;
    return platform !== null && !required.some((wanted) => (0,oci_platform/* samePlatform */.my)(wanted, platform));
}
async function examine(entry, readLayer, options) {
    const unread = { entry, facts: null, versionsOf: () => [] };
    if (entry.image === null)
        return { ...unread, failure: entry.failure };
    try {
        const { facts, rootfs } = await inspectPlatform(entry.image, readLayer, options);
        return {
            entry,
            facts,
            failure: rootfs.isEmpty() ? NO_FILE : doubtOf(facts),
            versionsOf: (path) => rootfs.versions(path),
        };
    }
    catch (error) {
        if (!(error instanceof base_failure/* Failure */.HR))
            throw error;
        return { ...unread, failure: (0,base_failure/* recordOf */.zv)(error) };
    }
}
/** Why facts are not enough for a verdict: something that the trace rests on was unreadable. */
function doubtOf({ trace, arbitraryTrace }) {
    const [unreadable] = [...trace.unreadable, ...(arbitraryTrace?.unreadable ?? [])];
    if (unreadable === undefined)
        return null;
    return {
        code: 'E_ELF',
        message: `${unreadable.path} decides whether the container starts and could not be read: ${unreadable.why}`,
        hint: 'check this file by hand, or report the image to us if runtimes start it',
    };
}

;// CONCATENATED MODULE: ./lib/inspect/layer-reader.js
/** Reads every layer once a run, however many platforms have it, and a few at a time. */



/** Two to four streams keep the network and two processors busy; more only cost memory. */
const AT_ONCE = 4;
class LayerReader {
    #list;
    #listings = new Map();
    #waiting = [];
    #running = 0;
    constructor(list) {
        this.#list = list;
    }
    get layersRead() {
        return this.#listings.size;
    }
    read = (layer) => {
        // Two images may claim different diffIDs for one layer; then at most one of them is right.
        const key = layer.descriptor.digest;
        const known = this.#listings.get(key);
        if (known !== undefined)
            return known.then((listing) => sameDiffId(listing, layer));
        const listing = this.#inTurn(layer);
        this.#listings.set(key, listing);
        return listing;
    };
    async #inTurn(layer) {
        if (this.#running >= AT_ONCE)
            await new Promise((resolve) => this.#waiting.push(resolve));
        else
            this.#running += 1;
        try {
            return await this.#list(layer);
        }
        catch (error) {
            throw foreignLayer(layer, error) ?? error;
        }
        finally {
            const next = this.#waiting.shift();
            if (next === undefined)
                this.#running -= 1;
            else
                next();
        }
    }
}
function sameDiffId(listing, { descriptor, diffId }) {
    if (listing.diffId === diffId)
        return listing;
    throw new base_failure/* Failure */.HR('E_DIGEST', `the layer ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} unpacks to ${(0,oci_digest/* shortDigest */.VK)(listing.diffId)}, the config says ${(0,oci_digest/* shortDigest */.VK)(diffId)}`, 'build and push the image again: runtimes refuse it');
}
function foreignLayer({ descriptor }, error) {
    const absent = error instanceof base_failure/* Failure */.HR && error.code === 'E_NOT_FOUND';
    if (!absent || !isForeignLayer(descriptor.mediaType))
        return null;
    return new base_failure/* Failure */.HR('E_FOREIGN_LAYER', `the layer ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} is not in the registry but at an address of its own, which is never fetched`, 'push the image with its layers (docker buildx does), or check it where the layer lies', { cause: error });
}

;// CONCATENATED MODULE: ./lib/origin/architecture-names.js
/** The names under which people and build systems speak of an architecture (GOARCH first, then uname, Debian, Rust, Node). */


const architecture_names_NAMES = new Map([
    ['amd64', ['amd64', 'x86_64', 'x86-64', 'x64']],
    ['arm64', ['arm64', 'aarch64', 'arm64v8', 'armv8']],
    ['arm', ['arm', 'armhf', 'armv7', 'armv7l', 'arm32v7', 'armv6', 'arm32v6', 'armel']],
    ['386', ['386', 'i386', 'i686', 'x86', 'ia32']],
    ['ppc64le', ['ppc64le', 'ppc64el', 'powerpc64le']],
    ['s390x', ['s390x']],
    ['riscv64', ['riscv64', 'riscv64gc']],
    ['loong64', ['loong64', 'loongarch64']],
]);
const architecture_names_MACHINES = new Map([
    [machines/* EM_X86_64 */.pe, 'amd64'],
    [machines/* EM_AARCH64 */.Nu, 'arm64'],
    [machines/* EM_ARM */.iD, 'arm'],
    [machines/* EM_386 */.$W, '386'],
    [machines/* EM_S390 */.TC, 's390x'],
    [machines/* EM_RISCV */.nq, 'riscv64'],
    [machines/* EM_LOONGARCH */.Ny, 'loong64'],
]);
/** The GOARCH name of the machine an ELF file is for; null for those that no image is built for. */
function architecture_names_architectureOf({ machine, byteOrder }) {
    if (machine === machines/* EM_PPC64 */.vM)
        return byteOrder === 'little' ? 'ppc64le' : 'ppc64';
    return architecture_names_MACHINES.get(machine) ?? null;
}
/** The word in a text that names the architecture: `x86_64` in `tool-linux-x86_64.tar.gz`; null when there is none. */
function namedIn(text, architecture) {
    const names = architecture_names_NAMES.get(architecture) ?? [architecture];
    return names.find((name) => placeOf(text, name) !== -1) ?? null;
}
/** Where the name stands as a word of its own; letters and digits on either side make it another word. */
function placeOf(text, name) {
    const lower = text.toLowerCase();
    for (let at = lower.indexOf(name); at !== -1; at = lower.indexOf(name, at + 1)) {
        const [before, after] = [lower[at - 1] ?? '', lower[at + name.length] ?? ''];
        if (!/[a-z0-9]/.test(before) && !/[a-z0-9]/.test(after))
            return at;
    }
    return -1;
}
/** `amd64` of `linux/amd64` or `linux/x86_64`; null when the text is no platform. */
function architectureOfPlatform(text) {
    try {
        return (0,oci_platform/* parsePlatform */.Y8)(text).architecture;
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./lib/dockerfile/expand-word.js
/**
 * Variables in a word of a Dockerfile (docs.docker.com, "Environment replacement"; BuildKit frontend/dockerfile/shell).
 * A value that only the build knew (a build argument, the ENV of a base image) becomes a {@link HOLE}, which
 * {@link fitsPattern} lets stand for any text. Patterns in `${x#p}`, `${x%p}` and `${x/p/r}` are not worked out: a hole too.
 */
/** NUL cannot be in a Dockerfile that is read here, so it stands for text that is not known. */
const HOLE = '\0';
/** The word with quotes, escapes and variables worked out; null where the builder would refuse it, or far too long. */
function expand_word_expandWord(word, escape, variables) {
    return readUntil({ word, at: 0, depth: 0, escape, variables }, null);
}
/** Whether a text can be the pattern with its holes filled. */
function fitsPattern(pattern, text) {
    const [head = '', ...rest] = pattern.split(HOLE);
    const tail = rest.pop();
    if (tail === undefined)
        return text === head;
    if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail))
        return false;
    let at = head.length;
    const end = text.length - tail.length;
    for (const part of rest) {
        const found = text.indexOf(part, at);
        if (found === -1 || found + part.length > end)
            return false;
        at = found + part.length;
    }
    return true;
}
/** Where the `$…` at `at` ends, unexpanded; null when its brace stays open. */
function skipSubstitution(word, at, escape) {
    const reader = { word, at, depth: 0, escape, variables: () => HOLE };
    return readDollar(reader) === null ? null : reader.at;
}
/** `${a:-${b:-…}}` deeper than anybody writes it. */
const expand_word_MAX_DEPTH = 32;
/** A value that doubles itself line by line must not fill the memory. */
const MAX_LENGTH = 65_536;
function readUntil(reader, stop) {
    let result = '';
    for (let character = peek(reader); character !== ''; character = peek(reader)) {
        if (character === stop) {
            reader.at++;
            return result;
        }
        const piece = readPiece(reader, character);
        if (piece === null || result.length > MAX_LENGTH)
            return null;
        result += piece;
    }
    return stop === null ? result : null;
}
function readPiece(reader, character) {
    if (character === "'")
        return readSingleQuoted(reader);
    if (character === '"')
        return readDoubleQuoted(reader);
    if (character === '$')
        return readDollar(reader);
    reader.at++;
    return character === reader.escape ? take(reader) : character;
}
function readSingleQuoted(reader) {
    const end = reader.word.indexOf("'", reader.at + 1);
    if (end === -1)
        return null;
    const result = reader.word.slice(reader.at + 1, end);
    reader.at = end + 1;
    return result;
}
function readDoubleQuoted(reader) {
    reader.at++;
    let result = '';
    for (let character = peek(reader); character !== ''; character = peek(reader)) {
        if (character === '$') {
            const value = readDollar(reader);
            if (value === null || result.length > MAX_LENGTH)
                return null;
            result += value;
            continue;
        }
        reader.at++;
        if (character === '"')
            return result;
        const escapes = character === reader.escape && ['"', '$', reader.escape].includes(peek(reader));
        result += escapes ? take(reader) : character;
    }
    return null;
}
/** `$name`, `${name}` and `${name<modifier>word}`. */
function readDollar(reader) {
    reader.at++;
    if (peek(reader) !== '{') {
        const name = readName(reader);
        return name === '' ? '$' : (reader.variables(name) ?? '');
    }
    reader.at++;
    const name = readName(reader);
    const value = reader.variables(name);
    const modifier = take(reader);
    if (name === '' || modifier === '' || reader.depth >= expand_word_MAX_DEPTH)
        return null;
    return modifier === '}' ? (value ?? '') : readModified(reader, value, modifier);
}
function readModified(reader, value, modifier) {
    const emptyCounts = modifier === ':';
    const operator = emptyCounts ? take(reader) : modifier;
    reader.depth++;
    const word = readUntil(reader, '}');
    reader.depth--;
    if (word === null)
        return null;
    const unset = value === null || (emptyCounts && value === '');
    if (value?.includes(HOLE) === true)
        return HOLE;
    if (operator === '-')
        return unset ? word : value;
    if (operator === '+')
        return unset ? '' : word;
    if (operator === '?')
        return unset ? null : value;
    return HOLE;
}
function readName(reader) {
    const match = /^(?:[\p{L}_][\p{L}\p{Nd}_]*|\p{Nd}+|[@*#?$!-])/u.exec(reader.word.slice(reader.at, reader.at + 256));
    const name = match?.[0] ?? '';
    reader.at += name.length;
    return name;
}
function peek(reader) {
    return reader.word[reader.at] ?? '';
}
function take(reader) {
    const character = peek(reader);
    reader.at++;
    return character;
}

;// CONCATENATED MODULE: ./lib/origin/command-line.js

/** Shells that base images are known to set; a stage's own SHELL comes before them. */
const INHERITED_SHELLS = [
    ['/bin/sh', '-c'],
    ['/bin/bash', '-c'],
    ['/bin/bash', '-o', 'pipefail', '-c'],
    ['/bin/bash', '-eo', 'pipefail', '-c'],
    ['/bin/bash', '-euo', 'pipefail', '-c'],
    ['/bin/ash', '-eo', 'pipefail', '-c'],
];
/** Blanks as one: builders keep the indentation of continued lines. */
function oneLine(text) {
    return text.replace(/\s+/g, ' ').trim();
}
/** Whether a history line holds the command of a RUN behind its shell; `prefix` is the pattern of what comes before. */
function fitsCommand({ instruction, shell }, line, prefix, command) {
    if (instruction.exec !== null)
        return fitsPattern(prefix + oneLine(instruction.exec.join(' ')), line);
    const shells = shell === null ? INHERITED_SHELLS : [shell];
    return shells.some((words) => fitsPattern(`${prefix}${words.join(' ')} ${oneLine(command)}`, line));
}

;// CONCATENATED MODULE: ./lib/origin/pointing.js
/** null when the repository's copy of the Dockerfile changed at these lines since. */
function pointAt({ by, file, lines }, line, endLine) {
    const shifted = lines.shift(line, endLine);
    const snippet = file.dockerfile.lines.slice(line - 1, endLine).join('\n');
    return shifted === null
        ? null
        : { file: lines.file, line: shifted, endLine: shifted + endLine - line, snippet, by };
}
/** The one line of an instruction that holds the word, underlined there; the whole instruction when none does. */
function pointAtWord(built, { line, endLine }, word) {
    const source = built.file.dockerfile.lines.slice(line - 1, endLine);
    const offset = source.findIndex((text) => text.includes(word));
    if (offset === -1)
        return pointAt(built, line, endLine);
    const location = pointAt(built, line + offset, line + offset);
    return location === null ? null : { ...location, highlight: word };
}
function relate(location, label, proven) {
    return location === null ? null : { ...location, label, proven };
}
/** `on line 11`, as the repository counts; `in the Dockerfile` when it changed since. */
function onLine(location) {
    return location === null ? 'in the Dockerfile' : `on line ${location.line}`;
}

;// CONCATENATED MODULE: ./lib/origin/config-instruction.js



/** Rules about what the config says, and the instruction that says it. */
const SAID_BY = new Map([
    ['program-not-found', config_instruction_startCommand],
    ['user-not-found', ({ user }) => ['USER', [user]]],
    ['healthcheck-broken', ({ healthcheck }) => (healthcheck === null ? null : ['HEALTHCHECK', healthcheck])],
]);
/** ENTRYPOINT decides what runs where there is one. */
function config_instruction_startCommand({ entrypoint, cmd }) {
    const [keyword, words] = (entrypoint ?? []).length > 0 ? ['ENTRYPOINT', entrypoint] : ['CMD', cmd];
    return words === null || typeof keyword !== 'string' ? null : [keyword, words];
}
/** The instruction behind a finding about the config; null unless the file says just what the config has. */
function locateInConfig(rule, config, builts) {
    const said = SAID_BY.get(rule)?.(config) ?? null;
    const built = builts.find((candidate) => candidate?.match !== null) ?? null;
    if (said === null || built?.match === null || built === null)
        return null;
    const [keyword, words] = said;
    const resolved = built.match.entries.findLast((entry) => entry?.instruction.keyword === keyword);
    if (resolved === undefined || resolved === null || !says(resolved, words))
        return null;
    return pointAt(built, resolved.instruction.line, resolved.instruction.endLine);
}
/** The JSON form word for word; of the shell form its text, which is the last word behind the shell. */
function says({ instruction, words }, expected) {
    if (instruction.exec !== null)
        return instruction.exec.join('\0') === expected.join('\0');
    const last = oneLine(expected.at(-1) ?? '');
    const text = oneLine(words?.[0] ?? instruction.text);
    return fitsPattern(text, last) || text.endsWith(` ${last}`) || text.endsWith(`${JSON.stringify(last)}]`);
}

;// CONCATENATED MODULE: ./lib/dockerfile/instruction.js
/** The flag's value; null when it is absent or bare. */
function flagOf(instruction, name) {
    return instruction.flags.find((flag) => flag.name === name)?.value ?? null;
}
function hasFlag(instruction, name) {
    return instruction.flags.some((flag) => flag.name === name && flag.value !== 'false');
}
/** Words of an instruction whose arguments are split at blanks (COPY, ADD, FROM …), or of its JSON form. */
function instruction_wordsOf(instruction) {
    return instruction.exec ?? instruction.text.split(/[\t\v\f\r ]+/).filter((word) => word !== '');
}

;// CONCATENATED MODULE: ./lib/dockerfile/blank.js
/** What Go calls white space (unicode.IsSpace), which is not quite what `\s` and trim() take for it. */
const blank_BLANK = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
function blank_isBlank(character) {
    return blank_BLANK.test(character);
}
// Loops, not regular expressions: `/ +$/` takes quadratic time on a long line of blanks.
function trimBlankStart(text) {
    let start = 0;
    while (start < text.length && blank_isBlank(text[start] ?? ''))
        start++;
    return text.slice(start);
}
function trimBlank(text) {
    let end = text.length;
    while (end > 0 && blank_isBlank(text[end - 1] ?? ''))
        end--;
    return trimBlankStart(text.slice(0, end));
}
function trimEndOf(text, characters) {
    let end = text.length;
    while (end > 0 && characters.includes(text[end - 1] ?? ''))
        end--;
    return text.slice(0, end);
}

;// CONCATENATED MODULE: ./lib/dockerfile/pairs.js

/** The pairs of ARG, ENV and LABEL, also in the old form `ENV name value with blanks`. */
function pairsOf({ keyword, text }, escape) {
    const words = splitQuoted(text, escape);
    const [first = ''] = words;
    if (keyword !== 'ARG' && first !== '' && !first.includes('=')) {
        const blank = text.search(/[\t\v\f\r ]/);
        return blank === -1 ? [] : [{ name: text.slice(0, blank), value: text.slice(blank).trim() }];
    }
    return words.map((word) => {
        const equals = word.indexOf('=');
        return equals === -1
            ? { name: word, value: null }
            : { name: word.slice(0, equals), value: word.slice(equals + 1) };
    });
}
/** Words split at blanks outside quotes; quotes and escapes are kept for the expansion that follows. */
function splitQuoted(text, escape) {
    const words = [];
    let word = '';
    let quote = '';
    for (let at = 0; at < text.length; at++) {
        const character = text[at] ?? '';
        if (quote === '' && blank_isBlank(character)) {
            if (word !== '')
                words.push(word);
            word = '';
            continue;
        }
        word += character;
        if (character === escape && quote !== "'") {
            at++;
            word += text[at] ?? '';
        }
        else if (character === quote)
            quote = '';
        else if (quote === '' && /['"]/.test(character))
            quote = character;
    }
    return word === '' ? words : [...words, word];
}

;// CONCATENATED MODULE: ./lib/dockerfile/resolve-stage.js
/**
 * A stage's instructions with everything worked out that the file and the platform tell: variables (docs.docker.com,
 * "Understand how ARG and FROM interact", "Automatic platform ARGs in the global scope"), working directory, shell.
 * What nobody told us is a HOLE, never a guess.
 */



/** What FROM lines see: automatic arguments and the ARGs before the first FROM. */
function globalVariables(globals, escape, build) {
    const values = new Map(build.automatic);
    for (const { name, value } of globals.flatMap((instruction) => pairsOf(instruction, escape))) {
        const said = value === null ? null : expand_word_expandWord(value, escape, (other) => values.get(other) ?? null);
        const set = givenValue(build, name) ?? said;
        if (set !== null)
            values.set(name, set);
    }
    return (name) => values.get(name) ?? null;
}
/** The stage's instructions, those of the stages that it continues first. */
function resolveStage(stage, escape, globals, build) {
    const lineage = lineageOf(stage);
    const fromScratch = lineage[0]?.base.kind === 'scratch';
    const values = new Map();
    const variables = (name) => values.get(name) ?? (fromScratch ? null : HOLE);
    const result = [];
    let workingDir = fromScratch ? '/' : HOLE;
    let args = [];
    let shell = fromScratch ? ['/bin/sh', '-c'] : null;
    for (const stage of lineage) {
        for (const instruction of stage.instructions) {
            const words = expandedWords(instruction, escape, variables);
            result.push({ stage, instruction, words, workingDir, args, shell });
            if (instruction.keyword === 'WORKDIR')
                workingDir = absolutePath(workingDir, words?.[0] ?? HOLE);
            if (instruction.keyword === 'SHELL')
                shell = instruction.exec;
            if (instruction.keyword === 'ARG' || instruction.keyword === 'ENV') {
                const pairs = pairsOf(instruction, escape);
                const said = pairs.map(({ value }) => (value === null ? null : expand_word_expandWord(value, escape, variables)));
                for (const [index, { name }] of pairs.entries()) {
                    const isArg = instruction.keyword === 'ARG';
                    const value = said[index] ?? (isArg ? globals(name) : HOLE);
                    const set = (isArg ? givenValue(build, name) : null) ?? value;
                    if (set !== null)
                        values.set(name, set);
                    if (isArg && !args.includes(name))
                        args = [...args, name];
                }
            }
        }
    }
    return result;
}
/** The stages that this one continues, the lowest first, and itself. */
function lineageOf(stage) {
    const lineage = [stage];
    for (let { base } = stage; base.kind === 'stage'; { base } = base.stage)
        lineage.unshift(base.stage);
    return lineage;
}
const EXPANDED = new Set(['COPY', 'ADD', 'WORKDIR', 'USER']);
function expandedWords(instruction, escape, variables) {
    const { keyword, text } = instruction;
    if (!EXPANDED.has(keyword))
        return null;
    const words = keyword === 'WORKDIR' || keyword === 'USER' ? [text] : instruction_wordsOf(instruction);
    const expanded = words.map((word) => expand_word_expandWord(word, escape, variables));
    return expanded.includes(null) ? null : expanded.filter((word) => word !== null);
}
/** `path` as seen from a directory, without `.`, `..` and double slashes; a HOLE in front stays in front. */
function absolutePath(directory, path) {
    const joined = path.startsWith('/') || path.startsWith(HOLE) ? path : `${directory}/${path}`;
    const parts = [];
    for (const part of joined.split('/')) {
        if (part === '..' && parts.at(-1)?.includes(HOLE) === true)
            parts.splice(0, parts.length, HOLE);
        else if (part === '..')
            parts.pop();
        else if (part !== '' && part !== '.')
            parts.push(part);
    }
    const result = parts.join('/');
    return result.startsWith(HOLE) ? result : `/${result}`;
}
function givenValue(build, name) {
    return build.given === null ? HOLE : (build.given.get(name) ?? null);
}

;// CONCATENATED MODULE: ./lib/dockerfile/heredoc-words.js


/** The here-documents that a RUN, COPY or ADD line opens, in order. A line with an open quote opens none. */
function heredocsOpenedBy(line) {
    if (!line.includes('<<'))
        return [];
    return shellWords(line).flatMap((word) => startOf(word) ?? []);
}
function startOf(word) {
    const start = /^\d*<<-?/.exec(word)?.[0];
    const rest = start === undefined ? '' : word.slice(start.length).replace(/^[\t\n\f\r ]+/, '');
    const [name, second] = rest.includes('<') ? [] : shellWords(rest).map(unquote);
    return name === undefined || second !== undefined ? null : { name, chomp: start?.endsWith('-') === true };
}
/** Words as a shell splits them, quotes and escapes kept; none at all where a quote or `${` stays open. */
function shellWords(line) {
    const words = [];
    let word = '';
    for (let at = 0; at < line.length;) {
        const end = endOfPiece(line, at);
        if (end === null)
            return [];
        const piece = line.slice(at, end);
        if (piece.length === 1 && blank_isBlank(piece)) {
            if (word !== '')
                words.push(word);
            word = '';
        }
        else {
            word = dropsWord(piece) ? piece : word + piece;
        }
        at = end;
    }
    return word === '' ? words : [...words, word];
}
/** The builder's lexer forgets what stands in a word before `${name:-…}` and its like. */
function dropsWord(piece) {
    return /^\$\{[^}:+?#%/-]+[:+?#%/-]/.test(piece);
}
/** Where the quoted text, escape, substitution, `<<` with its blanks, or single character at `at` ends. */
function endOfPiece(line, at) {
    const character = line[at];
    if (character === "'")
        return after(line.indexOf("'", at + 1));
    if (character === '"')
        return endOfDoubleQuote(line, at);
    if (character === '\\')
        return Math.min(at + 2, line.length);
    if (character === '$')
        return skipSubstitution(line, at, '\\');
    if (line.startsWith('<<', at)) {
        let end = at + 2;
        while (/[\t\r ]/.test(line[end] ?? ''))
            end++;
        return end;
    }
    return at + 1;
}
function endOfDoubleQuote(line, start) {
    for (let at = start + 1; at < line.length;) {
        if (line[at] === '"')
            return at + 1;
        const end = line[at] === '\\' ? at + 2 : line[at] === '$' ? skipSubstitution(line, at, '\\') : at + 1;
        if (end === null)
            return null;
        at = end;
    }
    return null;
}
function after(index) {
    return index === -1 ? null : index + 1;
}
function unquote(word) {
    return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) => single ?? double?.replace(/\\(["$\\])/g, '$1') ?? escaped);
}

;// CONCATENATED MODULE: ./lib/dockerfile/parse-dockerfile.js
/**
 * A Dockerfile as instructions with their lines, split exactly as BuildKit splits it (frontend/dockerfile/parser,
 * docs.docker.com/reference/dockerfile): escape directive, continuations, comments and blank lines inside them,
 * here-documents. Arguments are left as written; what BuildKit refuses is refused here, because a line number of a
 * file that nobody could build helps nobody. Left out on purpose: what instructions mean.
 */



/** bufio.MaxScanTokenSize of the builder: it refuses longer lines. */
const MAX_LINE = 65_535;
/** null when the builder could not read it either, or when it is over our limit. */
function parseDockerfile(text) {
    if (text.length > limits/* LIMITS */.b.dockerfileBytes || text.includes('\0'))
        return null;
    const lines = (text.startsWith('\ufeff') ? text.slice(1) : text).split('\n');
    if (lines.at(-1) === '')
        lines.pop();
    if (lines.some((line) => line.length > MAX_LINE))
        return null;
    const escape = escapeDirective(lines);
    const instructions = [];
    for (let at = 0; at < lines.length;) {
        const logical = readLogicalLine(lines, at, escape);
        at = logical.next;
        if (trimBlank(logical.text) === '')
            continue;
        if (instructions.length >= limits/* LIMITS */.b.dockerfileInstructions)
            return null;
        const opened = instructionOf(logical.text, escape);
        const bodies = readHeredocs(lines, at, opened);
        if (bodies === null)
            return null;
        at = bodies.next;
        instructions.push({ ...opened, line: logical.line, endLine: at, heredocs: bodies.heredocs });
    }
    return instructions.length === 0 ? null : { escape, instructions, lines: lines.map(withoutCarriageReturn) };
}
/** `# escape=` counts only before the first line that is no directive. */
function escapeDirective(lines) {
    for (const line of lines) {
        const visible = trimBlankStart(line);
        const match = /^#\s*(syntax|escape|check)\s*=/i.exec(visible);
        if (match === null)
            break;
        if (match[1]?.toLowerCase() === 'escape')
            return visible.slice(match[0].length).trim() === '`' ? '`' : '\\';
    }
    return '\\';
}
/** One instruction without its here-documents: continued lines joined, comments and blank lines between them dropped. */
function readLogicalLine(lines, start, escape) {
    const first = trimBlankStart(lines[start] ?? '');
    let piece = splitContinuation(first.startsWith('#') ? '' : withoutCarriageReturn(first), escape);
    const parts = [piece.text];
    let next = start + 1;
    while (piece.continues && next < lines.length) {
        const line = lines[next] ?? '';
        next++;
        const visible = trimBlankStart(line);
        if (visible === '' || visible.startsWith('#'))
            continue;
        piece = splitContinuation(withoutCarriageReturn(line), escape);
        parts.push(piece.text);
    }
    return { text: parts.join(''), line: start + 1, next };
}
/** A line is continued by an escape character at its end, unless a second one stands before it. */
function splitContinuation(line, escape) {
    const bare = trimEndOf(line, ' \t');
    const continues = bare.endsWith(escape) && !bare.endsWith(escape + escape);
    return { text: continues ? bare.slice(0, -1) : line, continues };
}
function instructionOf(logical, escape) {
    const original = trimBlank(logical);
    const split = original.search(/[\t\v\f\r ]/);
    const keyword = split === -1 ? original : original.slice(0, split);
    const { flags, rest } = splitFlags(split === -1 ? '' : original.slice(split), escape);
    return {
        keyword: keyword.toUpperCase(),
        flags,
        text: trimBlank(rest),
        exec: jsonWords(trimBlank(rest)),
        original,
    };
}
/** Words that begin with `--` up to the first that does not; quotes and escapes in them are worked out. */
function splitFlags(text, escape) {
    const flags = [];
    let rest = trimBlankStart(text);
    while (rest.startsWith('--')) {
        const { word, length } = readFlag(rest, escape);
        rest = trimBlankStart(rest.slice(length));
        if (word === '--')
            break;
        const equals = word.indexOf('=');
        const name = word.slice(2, equals === -1 ? undefined : equals);
        flags.push({ name, value: equals === -1 ? null : word.slice(equals + 1) });
    }
    return { flags, rest };
}
function readFlag(text, escape) {
    let word = '';
    let quote = '';
    let at = 0;
    for (; at < text.length; at++) {
        const character = text[at] ?? '';
        if (character === escape) {
            at++;
            word += text[at] ?? '';
        }
        else if (quote === '' && blank_isBlank(character))
            break;
        else if (quote === '' && /['"]/.test(character))
            quote = character;
        else if (character === quote)
            quote = '';
        else
            word += character;
    }
    return { word, length: at };
}
function jsonWords(text) {
    if (!text.startsWith('['))
        return null;
    try {
        const value = JSON.parse(text);
        return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : null;
    }
    catch {
        return null;
    }
}
const TAKES_HEREDOCS = new Set(['RUN', 'COPY', 'ADD']);
function readHeredocs(lines, start, { keyword, text, exec, original }) {
    const trigger = keyword === 'ONBUILD' ? instructionOf(text, '\\') : { keyword, exec };
    const takes = TAKES_HEREDOCS.has(trigger.keyword) && trigger.exec === null;
    const heredocs = [];
    let next = start;
    for (const opened of takes ? heredocsOpenedBy(original) : []) {
        const from = next;
        while (next < lines.length && !terminates(lines[next] ?? '', opened))
            next++;
        if (next >= lines.length)
            return null;
        heredocs.push({
            ...opened,
            content: lines
                .slice(from, next)
                .map((line) => `${line}\n`)
                .join(''),
        });
        next++;
    }
    return { heredocs, next };
}
function terminates(line, { name, chomp }) {
    const bare = withoutCarriageReturn(line);
    return (chomp ? bare.replace(/^\t+/, '') : bare) === name;
}
function withoutCarriageReturn(line) {
    return trimEndOf(line, '\r');
}

;// CONCATENATED MODULE: ./lib/dockerfile/stages.js
/** Stages: what each FROM begins, and which earlier stage it continues (BuildKit dockerfile2llb, addState). */


/** ARG instructions before the first FROM. */
function globalsOf({ instructions }) {
    const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
    return instructions.slice(0, Math.max(first, 0)).filter(({ keyword }) => keyword === 'ARG');
}
/** In order; `globals` is what a FROM line sees, `contexts` are names that mean no stage whatever the file says. */
function stagesOf(dockerfile, globals, contexts = new Set()) {
    const starts = dockerfile.instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
    const stages = [];
    for (const [index, start] of starts.entries()) {
        const from = dockerfile.instructions[start];
        if (from === undefined)
            continue;
        const [image = '', as = '', name = ''] = instruction_wordsOf(from);
        stages.push({
            index,
            name: as.toLowerCase() === 'as' && name !== '' ? name.toLowerCase() : null,
            from,
            platform: flagOf(from, 'platform'),
            base: baseOf(expand_word_expandWord(image, dockerfile.escape, globals) ?? HOLE, stages.filter(({ name }) => name === null || !contexts.has(name))),
            instructions: dockerfile.instructions.slice(start + 1, starts[index + 1]),
        });
    }
    return stages;
}
function baseOf(image, earlier) {
    if (image.includes(HOLE)) {
        const mayBeStage = earlier.some(({ name }) => name !== null && fitsPattern(image, name));
        return mayBeStage ? { kind: 'unknown' } : { kind: 'image', name: image };
    }
    const stage = earlier.findLast(({ name }) => name === image);
    if (stage !== undefined)
        return { kind: 'stage', stage };
    return image === 'scratch' ? { kind: 'scratch' } : { kind: 'image', name: image };
}
/** The stage that `--target`, `--from` or a mount names, by name or number; null when it is none of the file's. */
function findStage(stages, name) {
    const byName = stages.findLast((stage) => stage.name === name.toLowerCase());
    return byName ?? (/^\d{1,4}$/.test(name) ? (stages[Number(name)] ?? null) : null);
}

;// CONCATENATED MODULE: ./lib/origin/build-file.js





/** null when the text is no Dockerfile with a stage. */
function readBuildFile(text, build, contexts = new Set()) {
    const dockerfile = parseDockerfile(text);
    if (dockerfile === null)
        return null;
    const { escape } = dockerfile;
    const globals = globalsOf(dockerfile);
    const variables = globalVariables(globals, escape, build);
    const stages = stagesOf(dockerfile, variables, contexts);
    if (stages.length === 0)
        return null;
    const resolve = (stage) => resolveStage(stage, escape, variables, build);
    return { dockerfile, stages, globals, build, contexts, resolve };
}
/** The stage that a `--from` names; null when it is none of the file's, or when the build put a context in its place. */
function stageOf({ stages, contexts }, name) {
    return contexts.has(name.toLowerCase()) ? null : findStage(stages, name);
}
/** docs.docker.com, "Automatic platform ARGs in the global scope"; the builder's side is a HOLE when nobody told it. */
function automaticArguments(target, builder) {
    const [os = HOLE, architecture = HOLE, variant = builder === null ? HOLE : ''] = builder?.split('/') ?? [];
    return new Map([
        ['TARGETPLATFORM', target.osVersion === undefined ? (0,oci_platform/* formatPlatform */.Bq)(target) : HOLE],
        ['TARGETOS', target.os],
        ['TARGETARCH', target.architecture],
        ['TARGETVARIANT', (0,oci_platform/* normalizePlatform */.FL)(target).variant ?? ''],
        ['BUILDPLATFORM', builder ?? HOLE],
        ['BUILDOS', os],
        ['BUILDARCH', architecture],
        ['BUILDVARIANT', variant],
    ]);
}

;// CONCATENATED MODULE: ./lib/origin/copied-file.js




/** Nothing when the instruction does not write the path, or when its destination is not known. */
function sourcesFor(resolved, path) {
    const rest = belowDestination(resolved, path);
    const sources = (resolved.words ?? []).slice(0, -1).filter((word) => !/^\d*<</.test(word));
    if (rest === null)
        return [];
    if (rest === '')
        return sources.map((source) => ({ path: source, named: true }));
    const parents = hasFlag(resolved.instruction, 'parents');
    return sources.map((source) => (parents ? withParents(source, rest) : sourceBelow(source, rest)));
}
/** The here-document that a COPY or ADD writes to the path. */
function heredocFor(resolved, path) {
    const rest = belowDestination(resolved, path);
    const { heredocs } = resolved.instruction;
    if (rest === '')
        return heredocs[0] ?? null;
    return heredocs.find(({ name }) => name === rest) ?? null;
}
/** The path as seen from the destination: empty when it is the destination itself; null when it is elsewhere. */
function belowDestination({ instruction, words, workingDir }, path) {
    const target = words?.at(-1);
    if (target === undefined || (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD'))
        return null;
    const destination = absolutePath(workingDir, target);
    if (destination.includes(HOLE))
        return null;
    const isDirectory = /(?:^|\/)\.?$/.test(target) || (words?.length ?? 0) > 2;
    if (path === destination)
        return isDirectory ? null : '';
    const prefix = destination === '/' ? '/' : `${destination}/`;
    return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}
/** A file keeps its name below the destination, a directory's content its path inside the directory. */
function sourceBelow(source, rest) {
    const bare = trimEndOf(source, '/');
    const slash = bare.lastIndexOf('/');
    const [above, name] = [bare.slice(0, slash + 1), bare.slice(slash + 1)];
    if (name === rest)
        return { path: bare, named: true };
    if (/[*?[]/.test(name))
        return { path: above + rest, named: false };
    return { path: bare === '' || bare === '.' ? rest : `${bare}/${rest}`, named: false };
}
/** `--parents` keeps the whole path, or what follows `/./`. */
function withParents(source, rest) {
    const pivot = source.indexOf('/./');
    const path = pivot === -1 ? rest : `${source.slice(0, pivot)}/${rest}`;
    return { path, named: path === source.replace('/./', '/') };
}

;// CONCATENATED MODULE: ./lib/origin/follow-file.js
/** From the instruction that copies a file into the image back to the one that made it, over `COPY --from=stage`. */





const MAX_STAGES = 16;
function followFile(file, resolved, path) {
    const first = makerOf(resolved, path, true);
    const others = [];
    for (let next = makerInStage(file, first); next !== null && others.length < MAX_STAGES;) {
        others.push(next);
        next = makerInStage(file, next);
    }
    return [first, ...others];
}
function makerOf(resolved, path, certain) {
    return { resolved, path, context: contextSources(resolved, path), certain };
}
/** What an instruction may have copied to the path from the build context. */
function contextSources(resolved, path) {
    if (flagOf(resolved.instruction, 'from') !== null)
        return [];
    return sourcesFor(resolved, path).filter((copy) => !copy.path.includes('://'));
}
/** What made the file that this COPY takes from another stage of the file. */
function makerInStage(file, { resolved, path, certain }) {
    const from = flagOf(resolved.instruction, 'from');
    const stage = from === null ? null : stageOf(file, from);
    const [source, second] = sourcesFor(resolved, path);
    if (stage === null || source === undefined || second !== undefined || source.path.includes(HOLE))
        return null;
    if (stage.index >= resolved.stage.index)
        return null;
    const inStage = absolutePath('/', source.path);
    let untouched = certain;
    for (const candidate of file.resolve(stage).toReversed()) {
        const copies = sourcesFor(candidate, inStage);
        const written = copies.some(({ named }) => named) || heredocFor(candidate, inStage) !== null;
        if (written)
            return makerOf(candidate, inStage, untouched);
        if (copies.length > 0)
            return null;
        if (candidate.instruction.keyword !== 'RUN')
            continue;
        if (mentions(candidate, inStage))
            return makerOf(candidate, inStage, false);
        untouched = false;
    }
    return null;
}
/** Whether a command names the file, by its whole path or as seen from its directory. */
function mentions({ instruction, workingDir }, path) {
    const below = workingDir === '/' ? '/' : `${workingDir}/`;
    const names = path.startsWith(below) ? [path, path.slice(below.length)] : [path];
    const command = [instruction.text, ...instruction.heredocs.map(({ content }) => content)].join('\n');
    return names.some((name) => holdsWord(command, name));
}
const EDGE = /[\s"'=;&|()<>:,]/;
/** The name between blanks, quotes or operators; `./name` counts as the name. */
function holdsWord(command, name) {
    for (let at = command.indexOf(name); at !== -1; at = command.indexOf(name, at + name.length)) {
        const before = command.slice(Math.max(0, at - 2), at);
        const after = command[at + name.length] ?? ' ';
        if (EDGE.test(after) && (before === '' || EDGE.test(before.at(-1) ?? '') || before === './'))
            return true;
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/origin/follow-context.js
/** Every instruction that may have taken a file out of the build context, over stages, renaming copies and commands. */






const MAX_STEPS = 256;
/** The nearest to the image first. Guesses: only equal content proves that the file came this way. */
function followContext(file, resolved, path) {
    const found = [];
    let steps = 0;
    const visit = (at, path) => {
        const context = contextSources(at, path);
        if (context.length > 0)
            found.push({ resolved: at, path, context, certain: true });
        const from = flagOf(at.instruction, 'from');
        const stage = from === null ? null : stageOf(file, from);
        if (stage === null || stage.index >= at.stage.index)
            return;
        for (const { path: inside } of sourcesFor(at, path)) {
            if (!inside.includes(HOLE))
                search(stage, absolutePath('/', inside), null);
        }
    };
    const search = (stage, path, before) => {
        const instructions = file.resolve(stage);
        const end = before === null ? -1 : instructions.findIndex((one) => one.instruction === before.instruction);
        for (const candidate of instructions.slice(0, end === -1 ? undefined : end).toReversed()) {
            steps++;
            if (steps > MAX_STEPS)
                return;
            visit(candidate, path);
        }
    };
    if (resolved.instruction.keyword === 'RUN')
        search(resolved.stage, path, resolved);
    else
        visit(resolved, path);
    return found;
}

;// CONCATENATED MODULE: ./lib/origin/constant-value.js



/** The builder sets these for each platform; a default in the file hides its value. */
const AUTOMATIC = new Set(['TARGETARCH', 'TARGETPLATFORM', 'TARGETVARIANT', 'TARGETOS']);
/** Compilers read these without being told on the command line. */
const IMPLICIT = new Set(['GOARCH', 'CARGO_BUILD_TARGET']);
/** `ARG TARGETARCH=amd64`, `ARG ARCH=amd64`, `ENV GOARCH=amd64` in force where an instruction uses it. */
function constantValueCause(built, maker, { found, wanted }) {
    const { instruction } = maker.resolved;
    for (const [name, { value: written, at }] of settingsBefore(built.file, maker)) {
        const given = at.keyword === 'ARG' ? built.file.build.given?.get(name) : undefined;
        const value = given ?? written;
        const word = value.includes('$') || namedIn(value, wanted) !== null ? null : namedIn(value, found);
        if (word === null || !uses(instruction, name))
            continue;
        if (given !== undefined)
            return givenCause(built, maker, name, given, at);
        const location = pointAtWord(built, at, word);
        // A command gets the value, but what it makes of it is its own affair.
        const proven = maker.certain && instruction.keyword !== 'RUN' && built.file.build.given !== null;
        return AUTOMATIC.has(name)
            ? {
                related: relate(location, 'this default hides the value BuildKit sets for each platform', proven),
                fix: `write \`ARG ${name}\` without a value ${onLine(location)}`,
            }
            : {
                related: relate(location, `${name} is ${word} whatever the platform`, proven),
                fix: `take the architecture from TARGETARCH instead of \`${name}=${value}\` ${onLine(location)}`,
            };
    }
    return null;
}
/** `--build-arg ARCH=amd64`, the same for every platform. */
function givenCause(built, { resolved, certain }, name, value, at) {
    const location = pointAt(built, at.line, at.endLine);
    const proven = certain && resolved.instruction.keyword !== 'RUN';
    return {
        related: relate(location, `the build was given ${name}=${value}`, proven),
        fix: `build without \`--build-arg ${name}=${value}\`, and take the architecture from TARGETARCH`,
    };
}
/** Values that ARG and ENV give before the instruction, the last one of each name. */
function settingsBefore({ globals, dockerfile, resolve }, maker) {
    const { escape } = dockerfile;
    const outside = new Map();
    for (const at of globals) {
        for (const { name, value } of pairsOf(at, escape))
            if (value !== null)
                outside.set(name, { value, at });
    }
    const settings = new Map();
    for (const { instruction: at } of resolve(maker.resolved.stage)) {
        if (at === maker.resolved.instruction)
            break;
        if (at.keyword !== 'ARG' && at.keyword !== 'ENV')
            continue;
        for (const { name, value } of pairsOf(at, escape)) {
            const setting = value === null ? outside.get(name) : { value, at };
            if (setting === undefined)
                settings.delete(name);
            else
                settings.set(name, setting);
        }
    }
    return settings;
}
function uses({ keyword, original, heredocs }, name) {
    if (keyword === 'RUN' && IMPLICIT.has(name))
        return true;
    if (!/^\w+$/.test(name))
        return false;
    const variable = new RegExp(`\\$\\{?${name}(?!\\w)`);
    return [original, ...heredocs.map(({ content }) => content)].some((text) => variable.test(text));
}

;// CONCATENATED MODULE: ./lib/origin/stage-platform.js



/** `FROM --platform=linux/amd64`, `FROM --platform=$BUILDPLATFORM`, `FROM image@sha256:…` behind the file. */
function stagePlatformCause(built, stage, mismatch, way) {
    const [{ from, platform, base } = stage] = lineageOf(stage);
    if (base.kind !== 'image')
        return null;
    if (platform === null)
        return way === 'base' ? pinnedBaseCause(built, from, base.name) : null;
    if (/^\$\{?BUILDPLATFORM\}?$/.test(platform))
        return buildPlatformCause(built, stage, from, mismatch, way);
    if (platform.includes('$') || architectureOfPlatform(platform) !== mismatch.found)
        return null;
    const location = pointAtWord(built, from, platform);
    return {
        related: relate(location, `this stage is ${platform} whatever the platform`, stage_platform_proves(built, way)),
        fix: `drop \`--platform=${platform}\` ${onLine(location)}`,
    };
}
/** What a base image holds is the FROM line's doing; what a command makes may have other reasons. */
function stage_platform_proves({ by }, way) {
    return by === 'provenance' && way === 'base';
}
/** Right for a stage that cross-compiles, wrong for one whose files end up in the image as they are. */
function buildPlatformCause(built, stage, from, { found, builderPlatform }, way) {
    const builder = builderPlatform === null ? null : architectureOfPlatform(builderPlatform);
    if ((builder !== null && builder !== found) || (way === 'made' && asksForTarget(stage)))
        return null;
    const location = pointAtWord(built, from, 'BUILDPLATFORM');
    return way === 'base'
        ? {
            related: relate(location, "this is the builder's platform, not the image's", builder !== null && stage_platform_proves(built, way)),
            fix: `drop \`--platform=$BUILDPLATFORM\` ${onLine(location)}`,
        }
        : {
            related: relate(location, "this stage runs on the builder's platform and never asks for the target's", false),
            fix: `declare \`ARG TARGETARCH\` in the stage and build for it, or drop \`--platform=$BUILDPLATFORM\` ${onLine(location)}`,
        };
}
/** A stage that mentions the target in any way may well cross-compile. */
function asksForTarget(stage) {
    const text = lineageOf(stage).flatMap(({ instructions }) => instructions.flatMap(({ original, heredocs }) => [original, ...heredocs.map(({ content }) => content)]));
    return text.some((line) => /TARGET|GOARCH|xx-|--target|--host=|CROSS/.test(line));
}
/** A digest may name one platform's manifest, which the builder then takes for every platform. */
function pinnedBaseCause(built, from, image) {
    const digest = /@sha256:[0-9a-f]{64}$/.exec(image)?.[0];
    if (digest === undefined)
        return null;
    return {
        related: relate(pointAt(built, from.line, from.endLine), "this digest may name one platform's manifest, which is then taken for all", false),
        fix: "pin the digest of the base image's index, not of one platform's manifest",
    };
}

;// CONCATENATED MODULE: ./lib/origin/foreign-causes.js
/** Why a file is for another architecture than its platform: what the Dockerfile says of it, the most telling first. */






/** `makers` as {@link followFile} gives them. */
function foreignCauses(built, makers, mismatch) {
    const values = makers.flatMap((maker) => constantValueCause(built, maker, mismatch) ?? []);
    const names = makers.flatMap((maker) => hardCodedCause(built, maker, mismatch) ?? []);
    const stages = stagesBehind(built, makers).flatMap((stage) => stagePlatformCause(built, stage, mismatch, 'made') ?? []);
    const causes = [...values, ...names, ...stages];
    return causes.length > 0 ? causes : sameFileCause(built, makers);
}
/** `COPY bin/app-amd64 …`, `RUN curl …-x86_64.tar.gz`, `RUN GOARCH=amd64 go build`: a name and no choice. */
function hardCodedCause(built, { resolved, certain }, { found, wanted }) {
    const { instruction } = resolved;
    const text = [instruction.original, ...instruction.heredocs.map(({ content }) => content)].join('\n');
    const word = namedIn(text, wanted) === null ? namedIn(text, found) : null;
    if (word === null)
        return null;
    const location = pointAtWord(built, instruction, word);
    const isPlain = namedIn(text.replace(/\$\{[^}]*\}/g, ' '), found) !== null;
    return {
        related: relate(location, `${word} is written here whatever the platform`, 
        // In `${ARCH:-amd64}` it is only a default.
        certain && isPlain && instruction.keyword !== 'RUN'),
        fix: `use \`TARGETARCH\` in place of \`${word}\` ${onLine(location)}`,
    };
}
/** Stages whose commands made the file: of the last maker that is a command, or the one the way was lost in. */
function stagesBehind(built, makers) {
    const { instruction, stage } = (makers.at(-1) ?? makers[0]).resolved;
    if (instruction.keyword === 'RUN')
        return [stage];
    const from = flagOf(instruction, 'from');
    const lost = from === null ? null : stageOf(built.file, from);
    return lost === null ? [] : [lost];
}
/** One file of the build context for all platforms; a matrix may still have put another one there for each. */
function sameFileCause(built, makers) {
    const { context, resolved } = makers.at(-1) ?? makers[0];
    const { instruction } = resolved;
    if (context.length === 0 || instruction_wordsOf(instruction).some((word) => word.includes('$')))
        return [];
    const location = makers.length === 1 ? null : pointAt(built, instruction.line, instruction.endLine);
    return [
        {
            related: relate(location, 'this takes the same file of the build context for every platform', false),
            fix: 'put one file for each platform into the build context and choose it by `${TARGETARCH}`',
        },
    ];
}

;// CONCATENATED MODULE: ./lib/origin/layer-entries.js
/** For each layer the index of its history entry (image-spec, config.md#properties, history); null when they do not add up. */
function layerEntries(history, layers) {
    const entries = history.flatMap(({ emptyLayer }, index) => (emptyLayer ? [] : [index]));
    return entries.length === layers ? entries : null;
}

;// CONCATENATED MODULE: ./lib/origin/image-cause.js
/** Why a base image brought the file: its platform, its digest, or just that it is this image. */



function imageCause({ built, stage, certain, isTrigger }, mismatch) {
    const cause = mismatch === null ? null : stagePlatformCause(built, stage, mismatch, 'base');
    if (cause !== null)
        return { cause, platformSaysIt: stage.platform !== null };
    const [{ base } = stage] = lineageOf(stage);
    // An instruction behind FROM may be gone since the build.
    if (!certain || base.kind !== 'image' || base.name.includes(HOLE))
        return { cause: image_cause_NOTHING, platformSaysIt: false };
    const image = isTrigger ? `an ONBUILD instruction of ${base.name}` : `the base image ${base.name}`;
    const wanted = mismatch === null ? '' : ` that has ${mismatch.wanted} there`;
    const fix = `${image} brings this file: take another tag or digest of it${wanted}, or put the right file over it`;
    return { cause: { related: null, fix }, platformSaysIt: false };
}
const image_cause_NOTHING = { related: null, fix: null };

;// CONCATENATED MODULE: ./lib/rootfs/same-content.js
/** Whether two files certainly hold the same bytes, by what is known of them. */
function hasSameContent(one, other) {
    const [a, b] = [one.content, other.content];
    if (one.type !== 'file' || other.type !== 'file' || one.size !== other.size)
        return false;
    if (a?.kind === 'elf')
        return b?.kind === 'elf' && a.sha256 === b.sha256;
    if (a?.kind === 'empty')
        return b?.kind === 'empty';
    if (a?.kind === 'script')
        return b?.kind === 'script' && isSameText(a, b, one.size);
    return a?.kind === 'other' && b?.kind === 'other' && isSameText(a, b, one.size);
}
function isSameText(one, other, size) {
    if (one.text !== null || other.text !== null)
        return one.text === other.text;
    return one.head.length === size && one.head === other.head;
}

;// CONCATENATED MODULE: ./lib/origin/built-lines.js
/**
 * The file at one of `paths` (best first) that is the one built: word for word, or changed since. Without any of them
 * in the repository the built file's own line numbers are all there is to say.
 */
function builtLines(built, paths, repository) {
    const found = paths.flatMap((file) => {
        const text = repository(file)?.text;
        return text === undefined ? [] : [{ file, lines: linesOf(text) }];
    });
    const lines = linesOf(built);
    const same = found.find((copy) => copy.lines.join('\n') === lines.join('\n'));
    if (same !== undefined)
        return { file: same.file, shift: (line) => line };
    const [changed] = found;
    if (changed !== undefined)
        return { file: changed.file, shift: shiftBetween(lines, changed.lines) };
    const [file] = paths;
    return file === undefined ? null : { file, shift: (line) => line };
}
/** Lines before the first change and after the last one keep their place; others only when they are unmistakable. */
function shiftBetween(from, to) {
    const shorter = Math.min(from.length, to.length);
    let head = 0;
    while (head < shorter && from[head] === to[head])
        head++;
    let tail = 0;
    while (tail < shorter - head && from.at(-1 - tail) === to.at(-1 - tail))
        tail++;
    return (line, endLine) => {
        if (endLine <= head)
            return line;
        if (line > from.length - tail)
            return line + to.length - from.length;
        const block = from.slice(line - 1, endLine);
        const [place, second] = placesOf(block, to);
        return place === undefined || second !== undefined || placesOf(block, from).length > 1 ? null : place;
    };
}
/** 1-based lines at which the block stands; at most two are looked for. */
function placesOf(block, lines) {
    const places = [];
    for (let at = 0; at + block.length <= lines.length && places.length < 2; at++) {
        if (block.every((line, offset) => line === lines[at + offset]))
            places.push(at + 1);
    }
    return places;
}
function linesOf(text) {
    return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

;// CONCATENATED MODULE: ./lib/origin/layer-step.js
/**
 * The step that added the image's layer number `index`: the one whose result is exactly the layers up to it. A base
 * image adds several layers in one step; everything else adds one. null when the attestation is about other layers
 * (recompressed since), or when two steps fit.
 */
function stepOfLayer(provenance, layers, index) {
    const lengths = provenance.chains
        .filter((chain) => chain.layers.every((layer, at) => layer === layers[at]))
        .map((chain) => ({ step: provenance.steps.get(chain.step), length: chain.layers.length }));
    const length = Math.min(...lengths.filter((chain) => chain.length > index).map((chain) => chain.length));
    const below = Math.max(0, ...lengths.filter((chain) => chain.length <= index).map((chain) => chain.length));
    const steps = new Set(lengths.filter((chain) => chain.length === length).map(({ step }) => step));
    const [step] = steps;
    if (steps.size !== 1 || step === undefined)
        return null;
    return length - below === 1 || step.kind === 'source' ? step : null;
}

;// CONCATENATED MODULE: ./lib/origin/history-buildkit.js
/**
 * What BuildKit writes into the history (frontend/dockerfile/dockerfile2llb, commitToHistory). Instructions that make
 * no layer are compared by keyword and names only: their values never move a line.
 */




/** `text` with blanks as one. */
function fitsBuildkit(resolved, text) {
    const { instruction, words, workingDir } = resolved;
    const { keyword } = instruction;
    const rest = text.slice(keyword.length + 1);
    if (text.split(' ', 1)[0] !== keyword)
        return false;
    if (keyword === 'WORKDIR')
        return fitsPattern(absolutePath(workingDir, words?.[0] ?? HOLE), rest);
    if (keyword === 'ARG' || keyword === 'ENV')
        return fitsPattern(namesPattern(instruction), rest);
    if (keyword !== 'COPY' && keyword !== 'ADD' && keyword !== 'RUN')
        return true;
    if (!rest.endsWith(MARK))
        return false;
    const body = rest.slice(0, -MARK.length);
    return keyword === 'RUN' ? fitsRun(resolved, body) : fitsCopy(resolved, body);
}
const MARK = ' # buildkit';
/** Sources, here-documents and destination, as in `COPY --chown=1 a b <<EOF /dest`. */
function fitsCopy({ instruction, words }, body) {
    if (words === null)
        return false;
    const sources = words.slice(0, -1).filter((word) => !/^\d*<</.test(word));
    const documents = instruction.heredocs.map(({ name }) => `<<${name}`);
    const pattern = oneLine([...sources, ...documents, words.at(-1) ?? ''].join(' '));
    return fitsPattern(pattern, body.replace(/^(?:--\S+ )+/, ''));
}
/** `|2 A=1 B= /bin/sh -c make`: every ARG so far, with its value. */
function fitsRun(resolved, body) {
    const { args, instruction } = resolved;
    const declared = `|${args.length} ${args.map((name) => `${name}=${HOLE} `).join('')}`;
    return fitsCommand(resolved, body, args.length === 0 ? '' : declared, commandOf(instruction));
}
/** A RUN whose whole text is one here-document runs the document; any other keeps it behind the command. */
function commandOf({ text, heredocs }) {
    const [first] = heredocs;
    if (first === undefined)
        return text;
    if (heredocs.length > 1 || !/^\d*<<-?\s*\S+$/.test(text)) {
        return [text, ...heredocs.map(({ content, name }) => content + name)].join('\n');
    }
    // Whether it is a script of its own is asked before tabs are taken off.
    if (first.content.startsWith('#!'))
        return `/dev/pipes/${first.name}`;
    return first.chomp ? first.content.replace(/^\t+/gm, '') : first.content;
}
function namesPattern(instruction) {
    const names = pairsOf(instruction, '\\').map(({ name }) => name);
    return names.map((name) => (instruction.keyword === 'ENV' ? `${name}=${HOLE}` : name + HOLE)).join(' ');
}

;// CONCATENATED MODULE: ./lib/origin/history-classic.js
/**
 * What docker's classic builder (daemon/builder/dockerfile) and buildah (imagebuildah, getCreatedBy) write into the
 * history: `/bin/sh -c #(nop) KEYWORD …`, sources of a copy as a hash, commands as they are run. Both keep ARGs and
 * empty layers in their own ways, so neither is held against the file.
 */




/** `text` with blanks as one. */
function fitsClassic(resolved, text) {
    const { keyword } = resolved.instruction;
    const at = text.indexOf(NOP);
    if (keyword === 'RUN')
        return at === -1 && history_classic_fitsRun(resolved, text);
    const said = at === -1 ? '' : text.slice(at + NOP.length);
    if (said.split(' ', 1)[0]?.toUpperCase() !== keyword)
        return false;
    if (keyword === 'WORKDIR')
        return fitsPath(resolved, said.slice('WORKDIR '.length));
    return (keyword !== 'COPY' && keyword !== 'ADD') || history_classic_fitsCopy(resolved, said);
}
const NOP = '#(nop) ';
/** `COPY --chown=1 file:3a7f… in /dest`; buildah may add `|unsetLabel=…`. */
function history_classic_fitsCopy(resolved, said) {
    const copied = /^\S+ (?:--\S+ )*(?:file|dir|multi):[0-9a-f]+ in (.*?)(?: \|.*)?$/.exec(said)?.[1];
    return copied !== undefined && resolved.words !== null && fitsPath(resolved, copied);
}
/** The last word as it stands in the file, with variables worked out, or as the whole path. */
function fitsPath({ instruction, words, workingDir }, path) {
    const written = instruction.keyword === 'WORKDIR' ? instruction.text : instruction_wordsOf(instruction).at(-1);
    const meant = words?.at(-1) ?? HOLE;
    const whole = absolutePath(workingDir, meant);
    return oneLine(written ?? '') === path || fitsPattern(meant, path) || fitsPattern(whole, path);
}
/** `|1 A=b /bin/sh -c make`; buildah writes flags, JSON form and here-documents behind the shell, as in the file. */
function history_classic_fitsRun(resolved, text) {
    const { instruction } = resolved;
    const documents = instruction.heredocs.map(({ content }) => content.trim());
    const asWritten = [instruction.original.slice('RUN '.length), ...documents].join('\n');
    const shell = { ...resolved, instruction: { ...instruction, exec: null }, shell: ['/bin/sh', '-c'] };
    return ['', `|${HOLE} `].some((args) => fitsCommand(resolved, text, args, instruction.text) || fitsCommand(shell, text, args, asWritten));
}

;// CONCATENATED MODULE: ./lib/origin/history-entry.js



/** Whether a line of an image's history can be what a builder wrote for the instruction. */
function fitsEntry(resolved, entry) {
    const text = oneLine(entry.createdBy);
    if (!isBuildkitEntry(entry))
        return fitsClassic(resolved, text);
    // BuildKit marks layers as empty from the end when a base image's history has more of them than the image has.
    const isMarked = entry.emptyLayer && MAKES_LAYER.has(resolved.instruction.keyword);
    return !isMarked && fitsBuildkit(resolved, text);
}
/** False for an instruction that leaves no line: BuildKit keeps ONBUILD for the next build only. */
function leavesEntry({ keyword }, entry) {
    return keyword !== 'ONBUILD' || !isBuildkitEntry(entry);
}
const MAKES_LAYER = new Set(['COPY', 'ADD', 'RUN']);
function isBuildkitEntry({ comment }) {
    return comment.startsWith('buildkit.dockerfile');
}

;// CONCATENATED MODULE: ./lib/origin/match-history.js
/**
 * The image's history laid over the Dockerfile, from its end: every instruction of the stage must fit its line, in
 * order and without a gap, else nothing is said. A comment more or an instruction moved as a whole costs nothing; an
 * instruction added, removed, reordered or changed since the build makes the whole file unusable, on purpose.
 */



/** @returns null when the stage is not what the history tells. */
function matchHistory(history, instructions, stage) {
    if (history.some(({ comment }) => comment === 'buildkit.exporter.image.v0'))
        return null;
    return matchEveryEntry(history, instructions, stage) ?? matchKaniko(history, instructions);
}
function matchEveryEntry(history, instructions, stage) {
    const entries = history.map(() => null);
    let at = history.length;
    for (const resolved of instructions.toReversed()) {
        const entry = history[at - 1];
        if (entry === undefined)
            return null;
        if (!leavesEntry(resolved.instruction, entry))
            continue;
        if (!fitsEntry(resolved, entry))
            return resolved.stage === stage ? null : above(resolved.stage, entries);
        at--;
        entries[at] = resolved;
    }
    const [lowest = stage] = lineageOf(stage);
    if (lowest.base.kind === 'image')
        return { entries, base: lowest };
    return at > 0 && lowest.base.kind === 'scratch' ? null : { entries, base: null };
}
/** A stage further down does not fit: only what lies above it is known. */
function above(stage, entries) {
    return { entries: entries.map((resolved) => (resolved?.stage === stage ? null : resolved)), base: null };
}
/**
 * kaniko writes instructions as they stand in the file, and only those that changed a file. A line is known when it
 * falls on the same instruction counted from either end.
 */
function matchKaniko(history, instructions) {
    const written = instructions.map(({ instruction }) => oneLine(instruction.original));
    const isOurs = ({ createdBy, comment }) => comment === '' && written.includes(oneLine(createdBy));
    const start = history.findLastIndex((entry) => !isOurs(entry)) + 1;
    const lines = history.slice(start).map(({ createdBy }) => oneLine(createdBy));
    const forward = align(lines, written);
    const backward = align(lines.toReversed(), written.toReversed()).map((index) => written.length - 1 - index);
    if (lines.length === 0 || forward.includes(-1))
        return null;
    const entries = history.map((_, index) => {
        const found = forward[index - start];
        const same = found !== undefined && found === backward[lines.length - 1 - (index - start)];
        return same ? (instructions[found] ?? null) : null;
    });
    return { entries, base: null };
}
/** For each line the first place after the one before it; -1 when there is none. */
function align(lines, written) {
    let from = 0;
    return lines.map((line) => {
        const found = written.indexOf(line, from);
        from = found === -1 ? written.length : found + 1;
        return found;
    });
}

;// CONCATENATED MODULE: ./lib/origin/repository.js
/** The checkout beside the image, as far as origins look into it. */
/** A path relative to the repository, without `.` and double slashes; null when it leads out of it. */
function repositoryPath(...parts) {
    const result = [];
    for (const part of parts.join('/').split('/')) {
        if (part === '..') {
            if (result.pop() === undefined)
                return null;
        }
        else if (part !== '' && part !== '.')
            result.push(part);
    }
    const path = result.join('/');
    return path === '' || path.includes('\0') || (parts[0] ?? '').startsWith('/') ? null : path;
}

;// CONCATENATED MODULE: ./lib/origin/place.js







/** The Dockerfiles behind the image: those in the provenance, else the one of the checkout that the history fits. */
function findBuilt(sources) {
    const attested = (sources.provenance?.dockerfiles ?? []).map(({ name, text }) => {
        const file = readFile(text, sources);
        const lines = builtLines(text, dockerfilePaths(sources, name), sources.repository);
        if (file === null || lines === null)
            return null;
        return { by: 'provenance', file, lines, match: fitStage(file, sources) };
    });
    return attested.some((built) => built !== null) ? attested : [builtByHistory(sources)];
}
function builtByHistory(sources) {
    for (const path of dockerfilePaths(sources, sources.provenance?.dockerfile ?? 'Dockerfile')) {
        const text = sources.repository(path)?.text;
        const file = text === undefined ? null : readFile(text, sources);
        const match = file === null ? null : fitStage(file, sources);
        if (file !== null && match !== null) {
            return { by: 'history', file, lines: { file: path, shift: (line) => line }, match };
        }
    }
    return null;
}
function readFile(text, { config, provenance }) {
    const automatic = automaticArguments(config.platform, provenance?.builderPlatform ?? null);
    const given = provenance?.buildArgs ?? null;
    return readBuildFile(text, { automatic, given }, provenance?.namedContexts);
}
/** The target's stage must fit; when nobody named a target the last one, else the only one that does. */
function fitStage(file, { config, target, provenance }) {
    const fit = (stage) => matchHistory(config.history, file.resolve(stage), stage);
    const named = target ?? provenance?.target ?? null;
    const stage = named === null ? (file.stages.at(-1) ?? null) : findStage(file.stages, named);
    const match = stage === null ? null : fit(stage);
    if (match !== null || named !== null || file.stages.length > place_MAX_STAGES)
        return match;
    const [other, second] = file.stages.filter(makesLayers).flatMap((candidate) => fit(candidate) ?? []);
    return other === undefined || second !== undefined ? null : other;
}
/** Laying the history over every stage of a file takes time by their square. */
const place_MAX_STAGES = 100;
function makesLayers({ instructions }) {
    return instructions.some(({ keyword }) => keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD');
}
/** Best guess first. What the user or the build named comes before what its name alone suggests. */
function dockerfilePaths(sources, name) {
    const { dockerfile, context, provenance } = sources;
    const paths = [
        dockerfile === null ? null : repositoryPath(dockerfile),
        repositoryPath(provenance?.dockerfileDirectory ?? '', name),
        repositoryPath(context ?? '', name),
        repositoryPath(name),
    ];
    return [...new Set(paths.filter((path) => path !== null))];
}
/** null when nobody can tell. */
function placeOfLayer(builts, sources, layer) {
    const index = sources.layers.lastIndexOf(layer);
    if (index === -1)
        return null;
    const found = builts.map((built) => (built === null ? null : placeByEntry(built, sources, index)));
    return placeByStep(builts, sources, index) ?? found.find((place) => place !== null) ?? null;
}
function placeByStep(builts, { provenance, layers }, index) {
    const step = provenance === null ? null : stepOfLayer(provenance, layers, index);
    const ranges = new Map((step?.ranges ?? []).map((range) => [`${range.source}:${range.line}`, range]));
    const [range, second] = ranges.values();
    const built = range === undefined || second !== undefined ? null : (builts[range.source] ?? null);
    return range === undefined || built === null ? null : placeAt(built, range, step?.kind !== 'source');
}
/** The instruction that stands at these very lines. */
function placeAt(built, { line, endLine }, isMade) {
    const stage = built.file.stages.findLast(({ from }) => from.line <= line);
    if (stage === undefined)
        return null;
    const stands = (at) => at.line === line && at.endLine === endLine;
    if (stands(stage.from))
        return { built, stage, resolved: null, certain: true, isTrigger: isMade };
    const resolved = built.file.resolve(stage).find(({ instruction }) => stands(instruction));
    return resolved === undefined ? null : { built, stage, resolved, certain: true, isTrigger: false };
}
function placeByEntry(built, { config, layers }, index) {
    const entry = layerEntries(config.history, layers.length)?.[index];
    if (entry === undefined || built.match === null)
        return null;
    const resolved = built.match.entries[entry] ?? null;
    if (resolved !== null)
        return { built, resolved, stage: resolved.stage, certain: true, isTrigger: false };
    const { base } = built.match;
    return base === null ? null : { built, resolved, stage: base, certain: false, isTrigger: false };
}

;// CONCATENATED MODULE: ./lib/origin/place-of-content.js
/** A command that changes mode or owner writes the whole file into its layer anew: who brought the content lies below. */



/** null when nobody can tell. A lost x bit is the doing of whoever wrote the file last. */
function placeOfContent(builts, sources, { rule, layer, versions }) {
    let place = layer === null ? null : placeOfLayer(builts, sources, layer);
    const rewrites = [];
    const start = rule === 'not-executable' ? -1 : versions.findIndex((version) => version.layer === layer);
    for (let at = start; place?.resolved?.instruction.keyword === 'RUN'; at++) {
        const [upper, lower] = [versions[at], versions[at + 1]];
        if (upper === undefined || lower === undefined || !hasSameContent(upper.entry, lower.entry))
            break;
        const below = lower.layer === null ? null : placeOfLayer(builts, sources, lower.layer);
        if (below === null)
            break;
        const { line, endLine } = place.resolved.instruction;
        const label = 'this command wrote it again, with the same content';
        rewrites.push(...[relate(pointAt(place.built, line, endLine), label, true)].filter((one) => one !== null));
        place = below;
    }
    return place === null ? null : { place, rewrites };
}

;// CONCATENATED MODULE: ./lib/origin/repository-file.js
/** The repository's file behind a file of the image: copied from the build context, with the same content. */



/**
 * null when the repository has no such file, or another one. Where nobody told the place of the context, two files
 * that would do are none: one of them would be the wrong one.
 */
function findSourceFile(entry, copies, { told, guessed }, repository) {
    for (const same of ['bytes', 'but-line-ends']) {
        const found = (directories, certain) => directories.flatMap((directory) => filesIn(directory, certain, entry, copies, repository));
        const [first] = found(told, true).filter((file) => file.same === same);
        if (first !== undefined)
            return first;
        const guesses = found(guessed, false).filter((file) => file.same === same);
        const [guess] = guesses;
        if (guess !== undefined)
            return guesses.every(({ path }) => path === guess.path) ? guess : null;
    }
    return null;
}
function filesIn(directory, certain, entry, copies, repository) {
    return copies.flatMap((copy) => copy.context
        .filter((source) => !source.path.includes(HOLE))
        .flatMap((source) => {
        const path = repositoryPath(directory, source.path);
        const file = path === null ? null : repository(path);
        const same = file === null ? null : compare(entry, file);
        return path === null || file === null || same === null ? [] : [{ path, file, same, copy, certain }];
    }));
}
function compare({ content, size }, file) {
    if (content?.kind === 'elf')
        return content.sha256 === file.sha256 ? 'bytes' : null;
    if (content?.kind === 'empty')
        return file.size === 0 ? 'bytes' : null;
    if (content?.kind !== 'script' && content?.kind !== 'other')
        return null;
    const text = content.text ?? (size <= content.head.length ? (0,plain_text/* decodeBytes */.y)(Buffer.from(content.head, 'latin1')) : null);
    if (text === null)
        return content.kind === 'script' && looksEqual(content, size, file) ? 'bytes' : null;
    if (text === file.text)
        return 'bytes';
    return !file.text.includes('\r') && text.replaceAll('\r\n', '\n') === file.text ? 'but-line-ends' : null;
}
/** Of a long script only its beginning is kept: that, its size and the number of CR LF must do. */
function looksEqual({ head, crlfLines }, size, file) {
    const begin = Buffer.from(file.text.slice(0, head.length), 'utf8').subarray(0, head.length);
    return (size === file.size &&
        begin.toString('latin1') === head &&
        file.text.split('\r\n').length - 1 === crlfLines);
}

;// CONCATENATED MODULE: ./lib/origin/source-causes.js
/** What the repository's own file tells about a finding: line ends, a lost x bit, or just that it is the one. */



/** Rules whose fault stands in the first line of the file itself. */
const IN_THE_FILE = new Set([
    'crlf-script',
    'no-shebang',
    'malformed-shebang',
    'interpreter-not-found',
    'interpreter-loop',
]);
/** The first line of the repository's file, when the fault is there and nowhere else. */
function locateInSource(rule, source) {
    return source !== null && source.same === 'bytes' && IN_THE_FILE.has(rule) ? firstLine(source) : null;
}
function sourceCause(rule, source) {
    const line = firstLine(source);
    const keep = `\`${source.path} text eol=lf\` in .gitattributes`;
    if (rule === 'crlf-script' && source.same === 'but-line-ends') {
        const label = 'the repository has LF here: the checkout that was built had turned it into CR LF';
        return {
            related: relate(line, label, source.certain),
            fix: `put ${keep}, and build from a fresh checkout`,
        };
    }
    if (rule === 'crlf-script') {
        return { related: null, fix: `save ${source.path} with LF line ends, and put ${keep}` };
    }
    const where = source.same === 'bytes' ? relate(line, 'this is the file in the repository', true) : null;
    return { related: IN_THE_FILE.has(rule) ? null : where, fix: null };
}
/** Why a copied file cannot be executed; null when the file in the image has an x bit. */
function lostExecuteBit(built, maker, entry, source) {
    const { instruction } = maker.resolved;
    const copies = instruction.keyword === 'COPY' || instruction.keyword === 'ADD';
    if (entry.type !== 'file' || (entry.mode & 0o111) !== 0 || !copies)
        return null;
    const place = pointAt(built, instruction.line, instruction.endLine);
    const fix = `add \`--chmod=755\` to ${instruction.keyword} ${onLine(place)}`;
    if (hasFlag(instruction, 'chmod')) {
        const location = pointAtWord(built, instruction, '--chmod');
        const wanted = `write \`--chmod=755\` ${onLine(location)}`;
        return { related: relate(location, 'this mode has no x bit', maker.certain), fix: wanted };
    }
    if (heredocFor(maker.resolved, maker.path) !== null) {
        return { related: relate(place, 'here-documents are written without an x bit', maker.certain), fix };
    }
    if (source?.file.executable === false) {
        const label = 'this file has no x bit in the repository either';
        return {
            related: relate(firstLine(source), label, source.same === 'bytes'),
            fix: `run \`git update-index --chmod=+x ${source.path}\` and commit, or ${fix}`,
        };
    }
    return { related: null, fix };
}
function firstLine({ path, file }) {
    const [line = ''] = file.text.split('\n', 1);
    const isText = !/[\0\udc80-\udcff]/.test(line);
    return { file: path, line: 1, endLine: 1, snippet: isText ? line.replace('\r', '') : '', by: 'repository' };
}

;// CONCATENATED MODULE: ./lib/origin/locate.js












/** Ready to be asked about every finding of one platform image. */
function originsOf(sources) {
    const builts = findBuilt(sources);
    return (suspect) => {
        const content = placeOfContent(builts, sources, suspect);
        const createdBy = historyLine(suspect.layer, sources);
        if (content !== null) {
            const { related, ...origin } = originAt(content.place, suspect, sources);
            return { createdBy, ...origin, related: distinct([...related, ...content.rewrites]) };
        }
        const location = suspect.layer === null ? locateInConfig(suspect.rule, sources.config.process, builts) : null;
        return { createdBy, location, related: [], fix: null };
    };
}
function historyLine(layer, { config, layers }) {
    const index = layer === null ? -1 : layers.lastIndexOf(layer);
    const entry = layerEntries(config.history, layers.length)?.[index];
    return entry === undefined ? null : (config.history[entry]?.createdBy ?? null);
}
function originAt(place, suspect, sources) {
    return place.resolved === null
        ? originInBase(place, suspect, sources)
        : originInFile(place.built, makersOf(place.built, place.resolved, suspect.path ?? ''), suspect, sources);
}
/** Over `/bin -> usr/bin` a file is found under another path than the one that the instruction wrote. */
function makersOf({ by, file }, resolved, path) {
    const unmerged = path.replace(/^\/usr(?=\/(?:bin|sbin|lib|lib32|lib64)\/)/, '');
    const asFound = followFile(file, resolved, path);
    const isTold = asFound.length > 1 || asFound[0].context.length > 0;
    const [first, ...others] = isTold ? asFound : followFile(file, resolved, unmerged);
    // The history speaks for the last stage only: the others may have changed since.
    return [first, ...others.map((maker) => ({ ...maker, certain: maker.certain && by === 'provenance' }))];
}
/** A file of the base image. FROM is to blame when the build said so, or when its own `--platform` explains the file. */
function originInBase(place, { entry }, sources) {
    const { built, stage, certain } = place;
    const { cause, platformSaysIt } = imageCause(place, locate_mismatchOf(entry, sources));
    const from = pointAt(built, stage.from.line, stage.from.endLine);
    const known = certain || platformSaysIt;
    const guess = known ? null : relate(from, 'the file comes with this base image', false);
    return {
        location: known ? from : null,
        related: [cause.related ?? guess].filter((related) => related !== null),
        fix: cause.fix,
    };
}
/** A file that an instruction brought; the first maker is that instruction. */
function originInFile(built, followed, { rule, entry }, sources) {
    const [first] = followed;
    const copies = followContext(built.file, first.resolved, first.path);
    const source = entry === null ? null : findSourceFile(entry, copies, contextsOf(sources), sources.repository);
    const makers = withCopy(built, followed, source);
    const last = makers.at(-1) ?? first;
    const mismatch = locate_mismatchOf(entry, sources);
    const causes = [];
    if (mismatch !== null)
        causes.push(...foreignCauses(built, makers, mismatch));
    if (rule === 'not-executable' && entry !== null)
        causes.push(...[lostExecuteBit(built, followed.at(-1) ?? first, entry, source)].filter((cause) => cause !== null));
    if (source !== null)
        causes.push(sourceCause(rule, source));
    const { line, endLine } = first.resolved.instruction;
    const copied = pointAt(built, line, endLine);
    const inSource = locateInSource(rule, source);
    const related = [
        inSource === null ? null : relate(copied, 'this line puts the file into the image', true),
        ...causes.map((cause) => cause.related),
        makers.length === 1 ? null : madeBy(built, last),
    ];
    return {
        location: inSource ?? copied,
        related: distinct(related.filter((place) => place !== null)),
        fix: causes.find(({ fix }) => fix !== null)?.fix ?? null,
    };
}
function madeBy(built, { resolved, certain }) {
    const { line, endLine, keyword } = resolved.instruction;
    const label = keyword === 'RUN' ? 'this command makes the file' : 'the file comes from here';
    return relate(pointAt(built, line, endLine), label, certain);
}
/** Where the way was lost, equal content may still prove which copy from the build context it began with. */
function withCopy(built, makers, source) {
    const [first, ...others] = makers;
    if (source?.same !== 'bytes')
        return makers;
    const { instruction } = source.copy.resolved;
    if (makers.some(({ resolved }) => resolved.instruction === instruction))
        return makers;
    return [first, ...others, { ...source.copy, certain: built.by === 'provenance' }];
}
/** One remark a place: the first says most. */
function distinct(related) {
    const seen = new Map();
    for (const place of related) {
        const key = `${place.file}:${place.line}`;
        if (!seen.has(key))
            seen.set(key, place);
    }
    return [...seen.values()];
}
function locate_mismatchOf(entry, { config, provenance }) {
    const found = entry?.content?.kind === 'elf' ? architecture_names_architectureOf(entry.content) : null;
    const wanted = config.platform.architecture;
    if (found === null || found === wanted)
        return null;
    return { found, wanted, builderPlatform: provenance?.builderPlatform ?? null };
}
/** Where the build context lies in the repository: what inputs and build say, else what its Dockerfile suggests. */
function contextsOf({ context, provenance, dockerfile }) {
    const told = [context, provenance?.contextDirectory ?? null].filter((directory) => directory !== null);
    const name = dockerfile ?? provenance?.dockerfile ?? '';
    const parents = name.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
    return { told: [...new Set(told)], guessed: [...new Set(['', ...parents])] };
}

;// CONCATENATED MODULE: ./lib/origin/open-builds.js
/**
 * Builds of a workflow that may have made any image: an expression for platforms, none at all, a manifest put together
 * of parts. One of them is enough to make every other line of the file a guess.
 */
/** `named` are 0-based numbers of the lines whose platforms are known; `single` is true for an image of one platform. */
function hasOpenBuild(lines, named, single) {
    return lines.some((line, at) => {
        if (isComment(line))
            return false;
        if (JOINS.test(line))
            return true;
        const uses = /^\s*(?:-\s+)?uses:\s*["']?([^\s"'#]+)/.exec(line)?.[1];
        if (uses !== undefined)
            return BUILDERS.test(uses) && isOpen(blockAround(lines, at), lines, named, single);
        if (!BUILD_COMMAND.test(line) || isName(line))
            return false;
        const end = commandEnd(lines, at);
        return isOpen({ start: open_builds_commandOf(lines, at).start, end }, lines, named, single);
    });
}
/** Whether a line is one of a `docker buildx build` command. */
function isInBuild(lines, at) {
    return !isComment(lines[at] ?? '') && /\bbuildx\b/.test(open_builds_commandOf(lines, at).text);
}
const JOINS = /\bpush-by-digest\b|\bimagetools\s+create\b|\bmanifest\s+(?:create|push)\b/;
const BUILDERS = /(?:^|\/)(?:build-push-action|buildah-build|github-builder\/|kaniko)|\/\.github\/workflows\/[^@]*(?:build|image|docker|container|publish|release|push)/i;
const BUILD_COMMAND = /\b(?:docker|podman|nerdctl|buildah|buildx|depot)\b.*\b(?:build|bud)\b/;
function isOpen({ start, end }, lines, named, single) {
    const numbers = Array.from({ length: end - start }, (_, index) => start + index);
    if (numbers.some((at) => named.has(at)))
        return false;
    const asks = numbers.some((at) => /^\s*platforms?:|--platform\b/.test(lines[at] ?? ''));
    const elsewhere = numbers.some((at) => /\buses:\s*["']?(?:\S+\/)?\.github\/workflows\//.test(lines[at] ?? ''));
    return asks || elsewhere || single;
}
/** The step or job whose key stands at a line. */
function blockAround(lines, at) {
    const depth = keyDepth(lines[at] ?? '');
    const begins = (line) => /^\s*-\s/.test(line) && keyDepth(line) === depth;
    const leaves = (line) => line.trim() !== '' && !isComment(line) && keyDepth(line) < depth;
    let start = at;
    while (start > 0 && !begins(lines[start] ?? '') && !leaves(lines[start - 1] ?? ''))
        start--;
    let end = at + 1;
    while (end < lines.length && !begins(lines[end] ?? '') && !leaves(lines[end] ?? ''))
        end++;
    return { start, end };
}
function open_builds_commandOf(lines, at) {
    let start = at;
    while (start > 0 && (lines[start - 1] ?? '').trimEnd().endsWith('\\'))
        start--;
    return { text: lines.slice(start, at + 1).join('\n'), start };
}
function commandEnd(lines, at) {
    let end = at;
    while ((lines[end] ?? '').trimEnd().endsWith('\\'))
        end++;
    return Math.min(end + 1, lines.length);
}
function isName(line) {
    return /^\s*(?:-\s+)?name:/.test(line);
}
function isComment(line) {
    return line.trimStart().startsWith('#');
}
/** Column of the first key: in `- uses: x` behind the dash. */
function keyDepth(line) {
    return /^\s*(?:-\s+)?/.exec(line)?.[0].length ?? 0;
}

;// CONCATENATED MODULE: ./lib/origin/platforms-line.js
/**
 * The line that asks for an image's platforms: `platforms:` of a docker build step or of the reusable workflow,
 * `--platform` of a `docker buildx build`, `platforms = […]` of a bake file. Read as text, line by line: the files
 * belong to the user and anything unusual is passed over. A line counts only when it lists exactly the platforms that
 * the image has, in literal words, and when it is the only such line.
 */



/** The files that may ask for platforms: the running workflow, by GITHUB_WORKFLOW_REF, and bake's default file. */
function platformFiles(repository, workflowRef) {
    const workflow = /^[^/]+\/[^/]+\/([^@]+)@/.exec(workflowRef ?? '')?.[1] ?? null;
    const paths = [workflow === null ? null : repositoryPath(workflow), 'docker-bake.hcl'];
    return paths.flatMap((path) => {
        const text = path === null ? undefined : repository(path)?.text;
        return path === null || text === undefined ? [] : [{ path, text }];
    });
}
function locatePlatformsLine(present, files) {
    if (files.some(({ text }) => text.split('\n').length > MAX_LINES))
        return null;
    const [bakes, workflows] = [files.filter(isBakeFile), files.filter((file) => !isBakeFile(file))];
    const inWorkflows = workflows.map((file) => ({ lines: file.text.split('\n'), asked: inWorkflow(file) }));
    const single = present.length < 2;
    for (const { lines, asked } of inWorkflows) {
        const named = asked.flatMap(({ location: { line, endLine } }) => range(line - 1, endLine));
        if (hasOpenBuild(lines, new Set(named), single))
            return null;
    }
    const baked = bakes.filter((file) => isUsed(workflows) && !(single && countTargets(file) > 1));
    const asked = [...inWorkflows.flatMap((workflow) => workflow.asked), ...baked.flatMap(inBakeFile)];
    const [only, second] = asked.filter(({ platforms }) => sameSet(platforms, present));
    return only === undefined || second !== undefined ? null : only.location;
}
/** Longer files are passed over: they are looked through once for each build. */
const MAX_LINES = 5_000;
function isBakeFile({ path }) {
    return path.endsWith('.hcl');
}
/** Whether the workflow builds by bake, and as the file says. */
function isUsed(workflows) {
    const lines = workflows.flatMap(({ text }) => text.split('\n').filter((line) => !line.trim().startsWith('#')));
    const sets = lines.some((line) => /\.platform\b/.test(line));
    return !sets && (workflows.length === 0 || lines.some((line) => /\bbake\b/.test(line)));
}
/** A target without platforms is built for the builder's. */
function countTargets({ text }) {
    return text.split('\n').filter((line) => /^\s*target\s/.test(line)).length;
}
function range(start, end) {
    return Array.from({ length: end - start }, (_, index) => start + index);
}
function inBakeFile(file) {
    const lines = file.text.split('\n');
    return lines.flatMap((line, at) => {
        const list = /^\s*platforms\s*=\s*\[([^\]]*)\]/.exec(line)?.[1];
        return list === undefined ? [] : asking(file, lines, at, at, list.split(','), 'repository');
    });
}
function inWorkflow(file) {
    const lines = file.text.split('\n');
    return lines.flatMap((line, at) => {
        const option = /\s--platform[= ]["']?([\w/,.-]+)["']?(?=\s|$)/.exec(line)?.[1];
        if (option !== undefined && isInBuild(lines, at))
            return asking(file, lines, at, at, option.split(','), 'workflow');
        const value = /^\s*platforms:\s*(.*)$/.exec(line)?.[1];
        if (value === undefined || !isBuildInput(lines, at))
            return [];
        const below = value === '' || /^[|>]/.test(value) ? linesBelow(lines, at) : 0;
        const listed = below === 0 ? [value] : lines.slice(at + 1, at + 1 + below);
        const words = listed.flatMap((text) => text
            .replace(/\s#.*$/, '')
            .replace(/^\s*-\s/, '')
            .split(/[,[\]]/));
        return asking(file, lines, at, at + below, words, 'workflow');
    });
}
function asking({ path }, lines, start, end, words, by) {
    const named = words.map((word) => word.trim().replace(/^["']|["']$/g, '')).filter((word) => word !== '');
    const platforms = named.flatMap((word) => platformOf(word) ?? []);
    const snippet = lines.slice(start, end + 1).join('\n');
    const location = { file: path, line: start + 1, endLine: end + 1, snippet, by };
    return platforms.length === 0 || platforms.length < named.length ? [] : [{ platforms, location }];
}
function platformOf(word) {
    try {
        return (0,oci_platform/* parsePlatform */.Y8)(word);
    }
    catch {
        return null;
    }
}
/** Lines that belong to the key above them: deeper ones, and list items at the key's own depth. */
function linesBelow(lines, at) {
    const depth = indentOf(lines[at] ?? '');
    let count = 0;
    for (const line of lines.slice(at + 1)) {
        const isItem = indentOf(line) === depth && /^\s*-\s/.test(line);
        if (line.trim() !== '' && indentOf(line) <= depth && !isItem)
            break;
        count++;
    }
    while (count > 0 && (lines[at + count] ?? '').trim() === '')
        count--;
    return count;
}
const BUILDS = /^["']?(?:docker\/(?:build-push-action|github-builder)\b|\.\/\.github\/workflows\/)/;
/** Whether the key stands under the `with:` of a step or job whose `uses:` names a docker build. */
function isBuildInput(lines, at) {
    const depth = indentOf(lines[at] ?? '');
    const parent = lines.slice(0, at).findLastIndex((line) => line.trim() !== '' && keyDepth(line) < depth);
    if (!/^\s*(?:-\s+)?with:\s*(?:#.*)?$/.test(lines[parent] ?? ''))
        return false;
    const sibling = keyDepth(lines[parent] ?? '');
    const above = lines.slice(0, parent + 1).findLastIndex((line) => startsBlock(line, sibling));
    const below = lines
        .slice(parent + 1)
        .findIndex((line) => startsBlock(line, sibling) || leaves(line, sibling));
    const block = lines.slice(Math.max(above, 0), below === -1 ? undefined : parent + 1 + below);
    return block.some((line) => keyDepth(line) === sibling && BUILDS.test(/^\s*(?:-\s+)?uses:\s*(.*)$/.exec(line)?.[1] ?? ''));
}
/** A list item whose keys are this deep, or the shallower key above a mapping. */
function startsBlock(line, depth) {
    return (/^\s*-\s/.test(line) && keyDepth(line) === depth) || leaves(line, depth);
}
function leaves(line, depth) {
    return line.trim() !== '' && !line.trim().startsWith('#') && keyDepth(line) < depth;
}
function indentOf(line) {
    return line.length - line.trimStart().length;
}
function sameSet(one, other) {
    return within(one, other) && within(other, one);
}
function within(list, all) {
    return list.every((platform) => all.some((candidate) => (0,oci_platform/* samePlatform */.my)(platform, candidate)));
}

;// CONCATENATED MODULE: ./lib/origin/provenance.js
/**
 * BuildKit's build provenance: which step made which layers, and which lines of the Dockerfile say so.
 * in-toto statement with a SLSA v0.2 or v1 predicate, fields as in BuildKit's docs/attestations/slsa-definitions.md and
 * solver/pb/ops.proto. Written by whoever built the image: material to look at, never a reason for a failure, so
 * whatever cannot be read is left out.
 */


/** null when the text is not a provenance statement. */
function parseProvenance(text) {
    const statement = provenance_parseJson(text);
    if (!/^https:\/\/slsa\.dev\/provenance\/v(0\.2|1)$/.test(textOf(at(statement, 'predicateType'))))
        return null;
    const predicate = at(statement, 'predicate');
    const definition = at(predicate, 'buildDefinition');
    const external = at(definition, 'externalParameters');
    const internal = at(definition, 'internalParameters');
    const invocation = at(predicate, 'invocation');
    const metadata = at(predicate, 'runDetails', 'metadata', 'buildkit_metadata') ??
        at(predicate, 'metadata', 'https://mobyproject.org/buildkit@v1#metadata');
    const buildConfig = at(internal, 'buildConfig') ?? at(predicate, 'buildConfig');
    const args = at(external, 'request', 'args') ?? at(invocation, 'parameters', 'args');
    return {
        dockerfiles: listOf(at(metadata, 'source', 'infos')).map((info) => ({
            name: textOf(at(info, 'filename')),
            text: (0,plain_text/* decodeBytes */.y)(Buffer.from(textOf(at(info, 'data')), 'base64')),
        })),
        steps: stepsOf(buildConfig, at(metadata, 'source', 'locations')),
        chains: chainsOf(at(metadata, 'layers')),
        dockerfile: provenance_nameOf(at(external, 'configSource', 'path')) ?? provenance_nameOf(at(invocation, 'configSource', 'entryPoint')),
        target: provenance_nameOf(at(args, 'target')),
        buildArgs: buildConfig === undefined ? null : buildArgsOf(args),
        namedContexts: namedContextsOf(args),
        builderPlatform: provenance_nameOf(at(internal, 'builderPlatform')) ?? provenance_nameOf(at(invocation, 'environment', 'platform')),
        contextDirectory: provenance_nameOf(at(metadata, 'vcs', 'localdir:context')),
        dockerfileDirectory: provenance_nameOf(at(metadata, 'vcs', 'localdir:dockerfile')),
    };
}
function stepsOf(buildConfig, locations) {
    const steps = new Map();
    for (const step of listOf(at(buildConfig, 'llbDefinition'))) {
        const id = textOf(at(step, 'id'));
        const ranges = listOf(at(locations, id, 'locations')).flatMap((location) => rangeOf(location) ?? []);
        steps.set(id, { ranges, kind: at(step, 'op', 'Op', 'source') === undefined ? 'other' : 'source' });
    }
    return steps;
}
/** A location lists each line of an instruction by itself. */
function rangeOf(location) {
    const ranges = listOf(at(location, 'ranges'));
    const starts = ranges.map((range) => numberOf(at(range, 'start', 'line')));
    const ends = ranges.map((range) => numberOf(at(range, 'end', 'line')));
    if (starts.length === 0 || [...starts, ...ends].some((line) => line < 1))
        return null;
    const source = numberOf(at(location, 'sourceIndex'));
    return { source, line: Math.min(...starts), endLine: Math.max(...ends) };
}
function chainsOf(layers) {
    return entriesOf(layers).flatMap(([result, chains]) => listOf(chains).map((chain) => ({
        step: result.replace(/:\d+$/, ''),
        layers: listOf(chain)
            .map((layer) => textOf(at(layer, 'digest')))
            .filter(oci_digest/* isDigest */.Bc),
    })));
}
function buildArgsOf(args) {
    return new Map(entriesOf(args).flatMap(([key, value]) => key.startsWith('build-arg:') ? [[key.slice('build-arg:'.length), textOf(value)]] : []));
}
/** `context:NAME`, or `context:NAME::PLATFORM`. */
function namedContextsOf(args) {
    const names = entriesOf(args).flatMap(([key]) => key.startsWith('context:') ? [key.slice('context:'.length).replace(/::.*$/, '').toLowerCase()] : []);
    return new Set(names);
}
function provenance_parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** The value at a path of keys; undefined where there is none. */
function at(value, ...keys) {
    return keys.reduce((inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function entriesOf(value) {
    return isObject(value) ? Object.entries(value) : [];
}
function listOf(value) {
    return Array.isArray(value) ? value : [];
}
function textOf(value) {
    return typeof value === 'string' ? value : '';
}
function provenance_nameOf(value) {
    return textOf(value) === '' ? null : textOf(value);
}
function numberOf(value) {
    return Number.isSafeInteger(value) ? Number(value) : 0;
}

;// CONCATENATED MODULE: ./lib/inspect/second-place.js
/** Rule -> the field of its evidence that names the other file, and what that file has to do with it. */
const second_place_OTHERS = new Map([
    ['loader-mismatch', ['by', 'which needs it']],
    ['library-mismatch', ['by', 'which needs it']],
    ['symbol-version-not-found', ['lacking', 'which does not define it']],
]);
/** null when the rule names no other file, or when nobody can tell where it came from. */
function secondPlace({ rule, evidence }, versionsOf, ask) {
    const [field, role] = second_place_OTHERS.get(rule) ?? [];
    const path = field === undefined ? undefined : evidence[field];
    if (typeof path !== 'string')
        return null;
    const versions = versionsOf(path);
    const [visible] = versions;
    if (visible === undefined)
        return null;
    const { layer, entry } = visible;
    const { location, related } = ask({ rule: 'none', path, layer, entry, versions });
    const place = location ?? related[0];
    if (place === undefined)
        return null;
    const brings = /^\s*FROM\s/i.test(place.snippet) ? 'this base image brings' : 'this line brings';
    return { ...place, label: `${brings} ${path}, ${role}`, proven: location !== null };
}

;// CONCATENATED MODULE: ./lib/inspect/point-at-lines.js
/** Findings -> findings that know their line: build provenance is read only for platforms that have something to explain. */








/** The same findings in the same order. What cannot be read or matched leaves them as they are. */
async function pointAtLines({ findings, outcomes, attestations }, hints, reader, signal) {
    const origins = new Map();
    const present = outcomes.flatMap(({ entry: { platform } }) => platform ?? []);
    return Promise.all(findings.map(async (finding) => {
        if (ASKED_FOR.has(finding.rule))
            return { ...finding, location: asksFor(present, hints) };
        const outcome = outcomes.find(({ entry: { platform } }) => isFirstOf(finding, platform));
        const image = outcome?.entry.image;
        if (outcome === undefined || !image)
            return finding;
        const { digest } = image.descriptor;
        const asked = origins.get(digest) ?? originsOfImage(image, attestations, hints, reader, signal);
        origins.set(digest, asked);
        const ask = await asked;
        const second = secondPlace(finding, outcome.versionsOf, ask);
        return withOrigin(finding, ask(suspectOf(finding, outcome)), second);
    }));
}
/** Rules about which platforms the build asked for. */
const ASKED_FOR = new Set(['missing-platform', 'unexpected-platform']);
/** Where the build asks for just the platforms that the image has. */
function asksFor(present, { repository, workflowRef }) {
    return locatePlatformsLine(present, platformFiles(repository, workflowRef));
}
/** A finding of several platforms is explained by the first of them. */
function isFirstOf(finding, platform) {
    return platform !== null && (0,oci_platform/* formatPlatform */.Bq)(platform) === finding.platforms[0];
}
async function originsOfImage(image, attestations, hints, reader, signal) {
    const provenance = await readProvenance(image, attestations, reader, signal);
    const layers = image.manifest.layers.map(({ digest }) => digest);
    return originsOf({ ...hints, layers, config: image.config, provenance });
}
/** null when there is none or it cannot be read: provenance explains, it never decides. */
async function readProvenance({ descriptor: { digest } }, attestations, reader, signal) {
    const statements = attestations
        .filter(({ subject }) => subject === digest)
        .flatMap(({ manifest }) => manifest.layers)
        .filter(({ annotations }) => annotations['in-toto.io/predicate-type']?.startsWith(PROVENANCE) === true);
    for (const statement of statements) {
        try {
            const bytes = await reader.readBytes(statement, limits/* LIMITS */.b.provenanceBytes, signal);
            const provenance = parseProvenance((0,plain_text/* decodeBytes */.y)(bytes));
            if (provenance !== null)
                return provenance;
        }
        catch (error) {
            if (!(error instanceof base_failure/* Failure */.HR))
                throw error;
        }
    }
    return null;
}
const PROVENANCE = 'https://slsa.dev/provenance/';
function suspectOf({ rule, path, layer }, { facts, versionsOf }) {
    const versions = path === null ? [] : versionsOf(path);
    const step = facts?.trace.steps.find(({ file }) => file !== null && file.path === path);
    const entry = step?.file?.located.entry ?? versions[0]?.entry ?? null;
    return { rule, path, layer: layer ?? (PATH_ALONE.has(rule) ? layerOf(versions) : null), entry, versions };
}
/** Rules that name a file and not its layer: about whole platforms, or about what a loader passed over. */
const PATH_ALONE = new Set(['same-content', 'library-mismatch']);
function layerOf([visible]) {
    return visible?.layer ?? null;
}
function withOrigin(finding, { createdBy, location, related, fix }, second) {
    const known = [location, ...related].some((one) => one?.file === second?.file && one?.line === second?.line);
    const places = second === null || known ? related : [...related, second];
    return { ...finding, createdBy, location, related: places, fix: fix ?? finding.fix };
}

;// CONCATENATED MODULE: ./lib/inspect/watch.js
/** The same chunks, counted as they go by. */
async function* watched(chunks, watch) {
    for await (const chunk of chunks) {
        watch({ kind: 'bytes', amount: chunk.length });
        yield chunk;
    }
}

;// CONCATENATED MODULE: ./lib/layers/expansion.js


/** How many uncompressed bytes may still be read, and how many entries and facts be held, over all layers of one image. */
class ReadBudget {
    #left;
    #entriesLeft;
    #factBytesLeft;
    constructor(bytes = limits/* LIMITS */.b.imageBytes, entries = limits/* LIMITS */.b.imageEntries, factBytes = limits/* LIMITS */.b.imageFactBytes) {
        this.#left = bytes;
        this.#entriesLeft = entries;
        this.#factBytesLeft = factBytes;
    }
    /** Facts of one entry, at once: one layer alone could have more than fits in memory. @throws {Failure} E_LIMIT */
    keep(factBytes, where) {
        this.#factBytesLeft -= factBytes;
        if (this.#factBytesLeft < 0)
            throw tooLarge(`${where}: what is to be known of the files does not fit in memory`);
    }
    /** @throws {Failure} E_LIMIT */
    hold(entries, where) {
        this.#entriesLeft -= entries;
        if (this.#entriesLeft < 0)
            throw tooLarge(`${where}: the layers together have more entries than fit in memory`);
    }
    /** @throws {Failure} E_LIMIT */
    spend(bytes, where) {
        this.#left -= bytes;
        if (this.#left < 0)
            throw tooLarge(`${where}: the layers together expand over the limit of an image`);
    }
}
/** Stops a layer that expands beyond reason: a few MB of gzip or zstd can stand for terabytes. @throws {Failure} E_LIMIT */
function checkExpansion(uncompressed, compressed, where) {
    if (uncompressed > limits/* LIMITS */.b.layerBytes) {
        throw tooLarge(`${where}: the layer expands to more than ${limits/* LIMITS */.b.layerBytes} bytes`);
    }
    if (uncompressed > limits/* LIMITS */.b.ratioFloorBytes && uncompressed > compressed * limits/* LIMITS */.b.compressionRatio) {
        throw tooLarge(`${where}: the layer expands more than ${limits/* LIMITS */.b.compressionRatio} times`);
    }
}
function tooLarge(text) {
    return new base_failure/* Failure */.HR('E_LIMIT', text, 'check what the layer holds; a real one is far below this limit');
}

;// CONCATENATED MODULE: ./lib/layers/known-listings.js
/** About 300 MB; the listings that were read first are forgotten first. */
const MOST_ENTRIES = 500_000;
class KnownListings {
    #listings = new Map();
    #mostEntries;
    #entries = 0;
    constructor(mostEntries = MOST_ENTRIES) {
        this.#mostEntries = mostEntries;
    }
    /** What was read before, else what `read` gives. It counts for the budget of each image that has it. @throws {Failure} */
    async orRead({ descriptor, diffId }, budget, read) {
        const known = this.#listings.get(descriptor.digest);
        if (known?.diffId === diffId && known.size === descriptor.size) {
            budget.spend(known.uncompressedSize, `layer ${descriptor.digest}`);
            return known;
        }
        const listing = await read();
        this.#keep(listing);
        return listing;
    }
    #keep(listing) {
        if (this.#listings.has(listing.digest))
            return;
        this.#listings.set(listing.digest, listing);
        this.#entries += listing.entries.size;
        for (const [digest, { entries }] of this.#listings) {
            if (this.#entries <= this.#mostEntries)
                return;
            this.#listings.delete(digest);
            this.#entries -= entries.size;
        }
    }
}

;// CONCATENATED MODULE: ./lib/rootfs/facts-weight.js
/** An object or a string of V8, and a place in it. */
const OBJECT = 32;
const PLACE = 8;
/** Nothing for a file of plain data: such facts are shared, and entries are counted elsewhere. */
function weightOf({ target, content }) {
    if (target !== undefined)
        return target.length;
    if (content === undefined || content.kind === 'empty')
        return 0;
    const isPlain = content.kind === 'other' && content.head === '' && content.text === null;
    return isPlain && content.archived === undefined ? 0 : facts_weight_sizeOf(content);
}
function facts_weight_sizeOf(value) {
    if (typeof value === 'string')
        return OBJECT + value.length;
    if (typeof value !== 'object' || value === null)
        return PLACE;
    if (ArrayBuffer.isView(value))
        return OBJECT + value.byteLength;
    let size = OBJECT;
    for (const part of Object.values({ ...value }))
        size += PLACE + facts_weight_sizeOf(part);
    return size;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./lib/layers/zstd-frames.js
/**
 * Cuts a zstd stream at its frame boundaries (RFC 8878, section 3.1) and drops skippable frames, because Node's
 * decoder stops without an error after the first frame of a chunk. Nothing is decompressed here: block sizes stand
 * in the block headers.
 */


const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
/** Steps whose bytes are looked at, not only counted. */
const zstd_frames_READ = new Set(['magic', 'skippable-size', 'descriptor', 'header', 'block-header']);
class ZstdFrames {
    #where;
    #scratch = Buffer.alloc(16);
    #step = 'magic';
    #needed = 4;
    #have = 0;
    #descriptor = 0;
    #lastBlock = false;
    #frames = 0;
    constructor(where) {
        this.#where = where;
    }
    /** The bytes of the chunk that belong to frames; no piece goes over the end of a frame. @throws {Failure} */
    *split(chunk) {
        let start = 0;
        for (let at = 0; at < chunk.length;) {
            const taken = Math.min(this.#needed - this.#have, chunk.length - at);
            if (zstd_frames_READ.has(this.#step))
                chunk.copy(this.#scratch, this.#have, at, at + taken);
            this.#have += taken;
            at += taken;
            if (this.#have < this.#needed)
                break;
            const before = this.#step;
            this.#advance();
            if (before === 'magic' && this.#step === 'descriptor') {
                start = at - taken;
                if (taken < 4)
                    yield Buffer.from(this.#scratch.subarray(0, 4 - taken));
            }
            else if (this.#step === 'magic' && before !== 'skippable' && before !== 'skippable-size') {
                yield chunk.subarray(start, at);
                start = at;
            }
        }
        if (start < chunk.length && this.#isInFrame())
            yield chunk.subarray(start);
    }
    /** The bytes are over. @throws {Failure} E_COMPRESSION in the middle of a frame. */
    end() {
        if (this.#step === 'magic' && this.#have === 0)
            return;
        if (this.#step === 'magic' && this.#frames > 0)
            throw this.#trailing();
        throw this.#broken('the data ends in the middle of a frame');
    }
    #isInFrame() {
        return this.#step !== 'magic' && this.#step !== 'skippable' && this.#step !== 'skippable-size';
    }
    #expect(step, bytes) {
        this.#step = step;
        this.#needed = bytes;
        this.#have = 0;
    }
    #advance() {
        switch (this.#step) {
            case 'magic':
                return this.#readMagic(this.#scratch.readUInt32LE(0));
            case 'skippable-size':
                return this.#expectSome('skippable', this.#scratch.readUInt32LE(0));
            case 'descriptor':
                return this.#readDescriptor(this.#scratch[0] ?? 0);
            case 'header':
                this.#checkWindow();
                return this.#expect('block-header', 3);
            case 'block-header':
                return this.#readBlockHeader(this.#scratch.readUIntLE(0, 3));
            case 'block':
                return this.#endBlock();
            case 'skippable':
            case 'checksum':
                this.#frames++;
                return this.#expect('magic', 4);
        }
    }
    #readMagic(magic) {
        if (magic === MAGIC)
            this.#expect('descriptor', 1);
        else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC)
            this.#expect('skippable-size', 4);
        else if (this.#frames > 0)
            throw this.#trailing();
        else
            throw this.#broken('the data is not a zstd frame');
    }
    #readDescriptor(descriptor) {
        this.#descriptor = descriptor;
        const singleSegment = (descriptor & 0x20) !== 0;
        const dictionary = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
        const contentSize = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0;
        this.#expect('header', dictionary + (singleSegment ? Math.max(contentSize, 1) : 1 + contentSize));
    }
    /** A window over the limit would make the decoder hold that much memory. */
    #checkWindow() {
        const singleSegment = (this.#descriptor & 0x20) !== 0;
        const window = singleSegment ? this.#contentSize() : windowSize(this.#scratch[0] ?? 0);
        if (window > 2 ** limits/* LIMITS */.b.zstdWindowLog) {
            const text = `${this.#where}: a zstd frame wants a window of ${window} bytes (the limit is ${2 ** limits/* LIMITS */.b.zstdWindowLog})`;
            throw new base_failure/* Failure */.HR('E_LIMIT', text, 'compress the layer without --long over 27 and without --ultra');
        }
    }
    /** Frame_Content_Size of a single segment frame, whose window it is. */
    #contentSize() {
        const at = DICTIONARY_ID_BYTES[this.#descriptor & 3] ?? 0;
        const flag = this.#descriptor >> 6;
        if (flag === 0)
            return this.#scratch[at] ?? 0;
        if (flag === 1)
            return this.#scratch.readUInt16LE(at) + 256;
        return flag === 2 ? this.#scratch.readUInt32LE(at) : Number(this.#scratch.readBigUInt64LE(at));
    }
    #readBlockHeader(header) {
        this.#lastBlock = (header & 1) === 1;
        const type = (header >> 1) & 3;
        if (type === RESERVED_BLOCK)
            throw this.#broken('a block has a reserved type');
        const size = type === RLE_BLOCK ? 1 : header >> 3;
        if (size === 0)
            this.#endBlock();
        else
            this.#expect('block', size);
    }
    #endBlock() {
        if (!this.#lastBlock)
            return this.#expect('block-header', 3);
        this.#expectSome('checksum', (this.#descriptor & 4) === 0 ? 0 : 4);
    }
    /** As `#expect`, but nothing at all may be all. */
    #expectSome(step, bytes) {
        this.#expect(step, bytes);
        if (bytes === 0)
            this.#advance();
    }
    #broken(what) {
        return new base_failure/* Failure */.HR('E_COMPRESSION', `${this.#where}: broken zstd data: ${what}`, 'push the image again');
    }
    #trailing() {
        const text = `${this.#where}: the bytes after a zstd frame are not another frame`;
        return new base_failure/* Failure */.HR('E_TRAILING_DATA', text, 'compress the layer again, with nothing after the last frame');
    }
}
/** Window_Descriptor: 5 bits exponent, 3 bits mantissa. */
function windowSize(descriptor) {
    const base = 2 ** (10 + (descriptor >> 3));
    return base + (base / 8) * (descriptor & 7);
}

;// CONCATENATED MODULE: ./lib/layers/decompress.js
/**
 * A layer's bytes, uncompressed: gzip with all its members (RFC 1952), zstd with all its frames (RFC 8878) or a
 * plain tar, told apart by the first bytes as engines do. Data after the end, about which engines disagree, is
 * E_TRAILING_DATA.
 */




/** Half a MiB halves the time against zlib's default of 16 KiB; more gains nothing. */
const CHUNK = 512 * 1024;
const STREAM = { chunkSize: CHUNK, highWaterMark: 2 * 1024 * 1024 };
const SNIFF_BYTES = 8;
/** `where` begins every message. @throws {Failure} E_COMPRESSION, E_TRAILING_DATA, E_LIMIT, E_UNSUPPORTED */
async function* decompress(bytes, mediaType, where) {
    const chunks = coalesce(bytes);
    const first = await chunks.next();
    if (first.done === true)
        return;
    const compression = sniff(first.value, where);
    refuseMislabelled(compression, mediaType, where);
    const all = prepend(first.value, chunks);
    if (compression === 'none')
        yield* all;
    else if (compression === 'gzip')
        yield* decode((0,external_node_zlib_.createGunzip)(STREAM), all, where);
    else
        yield* decode(zstdDecoder(), decompress_frames(all, where), where);
}
function zstdDecoder() {
    return (0,external_node_zlib_.createZstdDecompress)({
        ...STREAM,
        params: { [external_node_zlib_.constants.ZSTD_d_windowLogMax]: limits/* LIMITS */.b.zstdWindowLog },
    });
}
/** Network and disk hand out small chunks; every chunk costs a round trip to zlib's thread. */
async function* coalesce(bytes) {
    let held = [];
    let length = 0;
    for await (const chunk of bytes) {
        held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        length += chunk.length;
        if (length < CHUNK)
            continue;
        yield held.length === 1 ? (held[0] ?? Buffer.alloc(0)) : Buffer.concat(held, length);
        held = [];
        length = 0;
    }
    if (length > 0)
        yield Buffer.concat(held, length);
}
async function* prepend(first, rest) {
    yield first;
    yield* rest;
}
function sniff(chunk, where) {
    const magic = chunk.toString('latin1', 0, SNIFF_BYTES);
    if (magic.startsWith('\x1f\x8b\x08'))
        return 'gzip';
    if (magic.startsWith('\x28\xb5\x2f\xfd') || isSkippableFrame(chunk))
        return 'zstd';
    const other = magic.startsWith('BZh') ? 'bzip2' : magic.startsWith('\xfd7zXZ\0') ? 'xz' : null;
    if (other === null)
        return 'none';
    const text = `${where}: the layer is compressed with ${other}, which only some engines read`;
    throw new base_failure/* Failure */.HR('E_UNSUPPORTED', text, 'compress the layer with gzip or zstd');
}
/** 0x184D2A5?: zstd:chunked and pzstd layers may begin with one. */
function isSkippableFrame(chunk) {
    return chunk.length >= 4 && (chunk.readUInt32LE(0) & 0xfffffff0) === 0x184d2a50;
}
/** containerd takes OCI's uncompressed media type by its word, other engines look at the bytes. */
function refuseMislabelled(compression, mediaType, where) {
    const plain = /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar$/.test(mediaType);
    if (!plain || compression === 'none')
        return;
    const text = `${where}: the layer is ${compression}, but its media type says uncompressed: engines disagree`;
    throw new base_failure/* Failure */.HR('E_COMPRESSION', text, `give the layer the media type ${mediaType}+${compression}`);
}
async function* decompress_frames(chunks, where) {
    const splitter = new ZstdFrames(where);
    for await (const chunk of chunks)
        yield* splitter.split(chunk);
    splitter.end();
}
async function* decode(decoder, chunks, where) {
    const pumping = pump(chunks, decoder);
    try {
        for await (const piece of decoder)
            yield piece;
    }
    catch (error) {
        throw decoderFailure(error, where);
    }
    finally {
        decoder.destroy();
    }
    if (decoder.bytesWritten !== (await pumping))
        throw trailing(where);
}
/** Writes with backpressure; gives the number of bytes that the source had. Never rejects: errors go through the decoder. */
async function pump(chunks, decoder) {
    let total = 0;
    let ended = false;
    decoder.once('end', () => (ended = true));
    try {
        for await (const chunk of chunks) {
            total += chunk.length;
            if (decoder.errored !== null || (decoder.destroyed && !ended))
                break;
            if (!ended && !decoder.write(chunk))
                await writableAgain(decoder);
        }
        if (!decoder.destroyed)
            decoder.end();
    }
    catch (error) {
        decoder.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    return total;
}
function writableAgain(decoder) {
    return new Promise((resolve) => {
        const wake = () => {
            for (const event of ['drain', 'end', 'close'])
                decoder.off(event, wake);
            resolve();
        };
        for (const event of ['drain', 'end', 'close'])
            decoder.on(event, wake);
    });
}
/** zlib's errors as failures; the source's own errors as they are. */
function decoderFailure(error, where) {
    if (error instanceof base_failure/* Failure */.HR || typeof error !== 'object' || error === null)
        return error;
    const code = 'code' in error ? String(error.code) : '';
    const message = 'message' in error ? String(error.message) : '';
    // The first member's header was seen by `sniff`, so this is about the bytes after a member.
    if (message === 'incorrect header check' || code === 'ERR_STREAM_PUSH_AFTER_EOF')
        return trailing(where);
    if (!/^(?:Z_|ZSTD_)/.test(code))
        return error;
    const text = `${where}: the compressed data is broken (${message})`;
    return new base_failure/* Failure */.HR('E_COMPRESSION', text, 'push the image again', { cause: error });
}
function trailing(where) {
    const text = `${where}: bytes follow the end of the compressed data: engines disagree about them`;
    return new base_failure/* Failure */.HR('E_TRAILING_DATA', text, 'compress the layer again, with nothing after its end');
}

;// CONCATENATED MODULE: ./lib/rootfs/layer-tree.js
/**
 * One layer as the engines' unpackers build it in its own directory for overlayfs (containerd's and docker's
 * overlay drivers, containers-storage): parents are created, symlinks of this same layer are followed on the way
 * and end at the layer's root, a later entry replaces an earlier one, whiteouts become nodes. Where the engines
 * disagree or all refuse, the layer is refused as E_TAR. Nothing touches a disk.
 */




const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
const NAME_MAX = 255;
/** Following symlinks, and looking for what opaque markers come too late for, may take so many steps in all (seconds). */
const STEPS = 20_000_000;
const REBUILD = 'let docker, buildah or another builder of images write the layer again';
class LayerTree {
    /** Every ancestor of a path in here is a directory in here; no path is also in `whiteouts`. */
    entries = new Map();
    whiteouts = new Set();
    opaques = new Set();
    #where;
    /** Directories that no entry has described so far. */
    #implied = new Set();
    /** Those of `whiteouts` that are entries of their own name. */
    #whiteoutDevices = new Set();
    #globalHeaders = new Set();
    #steps = 0;
    #pathUnits = 0;
    #duplicates = 0;
    #firstDuplicate = '';
    /** `where` begins every message. */
    constructor(where) {
        this.#where = where;
    }
    /** Puts an entry where its name leads, over whatever is there. @throws {Failure} E_TAR, E_LIMIT */
    place(name, entry) {
        const path = this.#pathOf(name);
        if (path === '/') {
            // No engine applies the metadata of the root's own entry.
            if (entry.type !== 'directory')
                throw this.#refusal(`the entry "${name}" would replace the root`);
            return;
        }
        if (entry.type === 'symlink' && !isTarget(entry.target ?? '')) {
            throw this.#refusal(`the symlink "${name}" has a target that Linux does not take`);
        }
        const parent = this.#parentFor(path);
        const base = (0,rootfs_path/* baseOf */.bx)(path);
        if (base.startsWith(WHITEOUT))
            this.#whiteOut(path, parent, base);
        else
            this.#put(this.#placeOf(path, parent, base), entry);
    }
    /** A hard link: another name of an inode of this same layer. @throws {Failure} E_TAR, E_LIMIT */
    link(name, targetName, owned) {
        const path = this.#pathOf(name);
        const base = (0,rootfs_path/* baseOf */.bx)(path);
        if (path === '/' || base.startsWith(WHITEOUT)) {
            throw this.#refusal(`the hard link "${name}" stands for something else than a file`);
        }
        const at = this.#placeOf(path, this.#parentFor(path), base);
        this.#noteDuplicate(at);
        this.#remove(at);
        const target = this.#linkTarget(targetName);
        if (target === undefined || target.type === 'directory') {
            const why = target === undefined ? 'which this layer does not have' : 'which is a directory';
            throw this.#refusal(`the hard link "${name}" leads to "${targetName}", ${why}`);
        }
        // Some engines give the inode what the link says, some do not.
        const { mode, uid, gid, type } = target;
        if (type !== 'symlink' && (mode !== owned.mode || uid !== owned.uid || gid !== owned.gid)) {
            throw this.#refusal(`the hard link "${name}" has another mode or owner than "${targetName}"`);
        }
        this.#set(at, target);
    }
    /** A node that overlayfs takes for a whiteout: a character device 0:0. */
    placeWhiteoutDevice(name) {
        const path = this.#pathOf(name);
        if (path === '/')
            throw this.#refusal(`the entry "${name}" would replace the root`);
        const base = (0,rootfs_path/* baseOf */.bx)(path);
        const parent = this.#parentFor(path);
        if (base.startsWith(WHITEOUT))
            return this.#whiteOut(path, parent, base);
        const at = this.#placeOf(path, parent, base);
        this.#noteDuplicate(at);
        this.#remove(at);
        this.whiteouts.add(at);
        this.#whiteoutDevices.add(at);
    }
    /** A global header makes no file, but containerd removes what has its name and creates its parents. */
    globalHeader(name) {
        const path = this.#pathOf(name);
        const parent = (0,rootfs_path/* parentOf */.gN)(path);
        const harmless = parent === '/' || this.entries.get(parent)?.type === 'directory';
        if (!harmless || this.entries.has(path) || this.whiteouts.has(path)) {
            throw this.#refusal(`a global extended header has the name of a file, "${name}"`);
        }
        if (this.#globalHeaders.has(path))
            this.#countDuplicate(path);
        this.#globalHeaders.add(path);
    }
    /** What some engines refuse, in words. */
    notes() {
        if (this.#duplicates === 0)
            return [];
        const count = this.#duplicates === 1 ? 'a path' : `${this.#duplicates} paths`;
        return [
            `${this.#where} has ${count} more than once ("${this.#firstDuplicate}"): containerd takes the last entry, docker and podman refuse the layer`,
        ];
    }
    #pathOf(name) {
        const path = (0,rootfs_path/* canonicalPath */.Op)(name);
        if (path.length * 3 >= limits/* LIMITS */.b.pathBytes) {
            const depth = path.split('/').length - 1;
            if ((0,rootfs_path/* byteLengthOf */.gG)(path) >= limits/* LIMITS */.b.pathBytes || depth > limits/* LIMITS */.b.pathDepth) {
                const text = `${this.#where}: the path "${path.slice(0, 80)}…" is longer or deeper than Linux takes`;
                throw new base_failure/* Failure */.HR('E_LIMIT', text, 'shorten the path');
            }
        }
        return path;
    }
    #put(at, entry) {
        this.#noteDuplicate(at);
        const merges = entry.type === 'directory' && this.entries.get(at)?.type === 'directory';
        if (!merges) {
            if (entry.type === 'directory' && this.whiteouts.has(at)) {
                throw this.#refusal(`"${at}" is removed and made as a directory: engines disagree about its content`);
            }
            this.#remove(at);
        }
        this.#implied.delete(at);
        this.#set(at, entry);
    }
    #noteDuplicate(at) {
        const existing = this.entries.get(at);
        const isDuplicate = existing === undefined ? this.#whiteoutDevices.has(at) : existing.implied !== true;
        if (isDuplicate)
            this.#countDuplicate(at);
    }
    #countDuplicate(path) {
        if (++this.#duplicates === 1)
            this.#firstDuplicate = path;
    }
    #set(at, entry) {
        this.entries.set(at, entry);
        this.#pathUnits += at.length;
        if (this.entries.size > limits/* LIMITS */.b.layerEntries || this.#pathUnits > limits/* LIMITS */.b.layerPathUnits) {
            const text = `${this.#where}: more files, or longer paths, than fit in memory`;
            throw new base_failure/* Failure */.HR('E_LIMIT', text, 'split the layer');
        }
    }
    #whiteOut(path, parent, base) {
        if (base === OPAQUE) {
            this.#markOpaque(path, parent);
            return;
        }
        const hidden = base.slice(WHITEOUT.length);
        if (hidden === '' || hidden === '.' || hidden === '..' || hidden.startsWith(WHITEOUT)) {
            throw this.#refusal(`"${path}" is not the name of a whiteout`);
        }
        const at = this.#childPath(parent, hidden);
        if (this.entries.has(at) || this.whiteouts.has(at)) {
            throw this.#refusal(`"${path}" removes what this same layer has: engines disagree or refuse`);
        }
        this.whiteouts.add(at);
    }
    #markOpaque(path, parent) {
        if (parent !== (0,rootfs_path/* parentOf */.gN)(path))
            throw this.#refusal(`"${path}" lies behind a symlink: engines disagree`);
        // In the lowest layer containerd takes the marker at its word and removes what no entry has described so far.
        this.#spend(this.#implied.size);
        for (const directory of this.#implied) {
            if (directory !== parent && layer_tree_isBelow(directory, parent)) {
                throw this.#refusal(`"${path}" comes after what lies in "${directory}": engines disagree about that`);
            }
        }
        if (this.opaques.has(parent))
            this.#countDuplicate(path);
        this.opaques.add(parent);
    }
    /** Where `path` goes once its parent is known; most often it is `path`, the flat string, that is kept as key. */
    #placeOf(path, parent, base) {
        const at = this.#childPath(parent, base);
        return at === path ? path : at;
    }
    #childPath(parent, base) {
        if (base.length * 3 > NAME_MAX && (0,rootfs_path/* byteLengthOf */.gG)(base) > NAME_MAX) {
            throw this.#refusal(`a name is longer than ${NAME_MAX} bytes: "${base.slice(0, 80)}…"`);
        }
        return (0,rootfs_path/* joinPath */.uJ)(parent, base);
    }
    /** The directory in which the last component goes; made, with those above it, when it is not there. */
    #parentFor(path) {
        const parent = (0,rootfs_path/* parentOf */.gN)(path);
        if (parent === '/' || this.entries.get(parent)?.type === 'directory')
            return parent;
        return this.#walk(parent, 'create') ?? parent;
    }
    #linkTarget(name) {
        const odd = name === '' || name.endsWith('/') || name.split('/').includes('..');
        if (odd)
            throw this.#refusal(`a hard link leads to "${name}": engines disagree about that`);
        const path = (0,rootfs_path/* canonicalPath */.Op)(name);
        const parent = this.#walk((0,rootfs_path/* parentOf */.gN)(path), 'look');
        return parent === null ? undefined : this.entries.get((0,rootfs_path/* joinPath */.uJ)(parent, (0,rootfs_path/* baseOf */.bx)(path)));
    }
    /** Follows a directory path through symlinks; null when it leads nowhere and is not to be created. */
    #walk(path, missing) {
        const pending = (0,rootfs_path/* componentsOf */.ct)(path);
        /** Components of `path` itself still in `pending`; those above them come from a symlink. */
        let own = pending.length;
        let hops = 0;
        let current = '/';
        for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
            this.#spend(1);
            const fromLink = pending.length + 1 > own;
            if (!fromLink)
                own--;
            if (name === '..')
                current = (0,rootfs_path/* parentOf */.gN)(current);
            if (name === '..' || name === '.' || name === '')
                continue;
            const next = this.#childPath(current, name);
            const entry = this.entries.get(next);
            if (entry?.type === 'symlink') {
                if (++hops > limits/* LIMITS */.b.symlinkHops)
                    throw this.#refusal(`"${path}" goes through too many symlinks`);
                const target = entry.target ?? '';
                pending.push(...(0,rootfs_path/* componentsOf */.ct)(target));
                if (target.startsWith('/'))
                    current = '/';
                continue;
            }
            if (entry === undefined && missing === 'look')
                return null;
            if (entry === undefined)
                this.#imply(next, path, fromLink);
            else if (entry.type !== 'directory') {
                throw this.#refusal(`"${path}" goes through "${next}", which is not a directory`);
            }
            current = next;
        }
        return current;
    }
    #imply(directory, path, fromLink) {
        if (fromLink) {
            throw this.#refusal(`"${path}" goes through a symlink to "${directory}", which this layer does not have`);
        }
        if (this.whiteouts.has(directory)) {
            throw this.#refusal(`"${path}" lies in "${directory}", which is removed`);
        }
        if ((0,rootfs_path/* baseOf */.bx)(directory).startsWith(WHITEOUT)) {
            throw this.#refusal(`"${path}" has the name of a whiteout on its way`);
        }
        this.#set(directory, IMPLIED_DIRECTORY);
        this.#implied.add(directory);
    }
    /** Makes room at a path. Not for a directory: engines fail later, when they set the times of what is gone. */
    #remove(at) {
        this.whiteouts.delete(at);
        if (this.entries.get(at)?.type === 'directory') {
            throw this.#refusal(`the directory "${at}" is replaced by another entry of the same layer`);
        }
        this.entries.delete(at);
    }
    #spend(steps) {
        this.#steps += steps;
        if (this.#steps <= STEPS)
            return;
        throw new base_failure/* Failure */.HR('E_LIMIT', `${this.#where}: too many symlinks and opaque directories on the way`, REBUILD);
    }
    #refusal(what) {
        return new base_failure/* Failure */.HR('E_TAR', `${this.#where}: ${what}`, REBUILD);
    }
}
function layer_tree_isBelow(path, directory) {
    return directory === '/' || path.startsWith(`${directory}/`);
}
/** symlink(2) takes 1 to PATH_MAX - 1 bytes. */
function isTarget(text) {
    return text !== '' && (0,rootfs_path/* byteLengthOf */.gG)(text) < limits/* LIMITS */.b.pathBytes;
}

;// CONCATENATED MODULE: ./lib/elf/address-space.js


/** Pages are mapped whole: the bytes before a segment's start in its page are there too. */
const address_space_PAGE = 4096n;
/** Virtual addresses to file offsets through PT_LOAD, as the kernel and the loaders map them. */
class AddressSpace {
    /** The last first: where segments overlap, the later one is mapped over the earlier. */
    #loads;
    constructor(headers) {
        this.#loads = headers.filter(({ type }) => type === PT_LOAD).reverse();
    }
    /** null when no segment holds the address. */
    locate(address) {
        return this.#locate(address, 0n) ?? this.#locate(address, address_space_PAGE);
    }
    #locate(address, page) {
        for (const load of this.#loads) {
            const before = page === 0n ? 0n : minimum(load.virtualAddress % page, load.offset);
            const into = address - load.virtualAddress;
            if (into < -before || into >= load.fileSize)
                continue;
            return {
                offset: toNumber(load.offset + into),
                length: toNumber(load.fileSize - into),
                zeros: load.memorySize > load.fileSize ? toNumber(load.memorySize - load.fileSize) : 0,
            };
        }
        return null;
    }
}
function minimum(one, other) {
    return one < other ? one : other;
}

;// CONCATENATED MODULE: ./lib/elf/cursor.js
/** Reads bytes one value after the other: LEB128-like integers and strings. */
class cursor_Cursor {
    #bytes;
    #at;
    constructor(bytes, at = 0) {
        this.#bytes = bytes;
        this.#at = at;
    }
    get at() {
        return this.#at;
    }
    get isDone() {
        return this.#at >= this.#bytes.length;
    }
    /** Little-endian base 128, as in DWARF's ULEB128 and Go's varint; null when it does not end or is over 2^35. */
    varint() {
        let value = 0;
        for (let shift = 0; shift < 35; shift += 7) {
            const byte = this.#bytes[this.#at];
            if (byte === undefined)
                return null;
            this.#at++;
            value += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80)
                return value;
        }
        return null;
    }
    /** Bytes up to a NUL, latin1; null when there is none. */
    terminated() {
        const end = this.#bytes.indexOf(0, this.#at);
        if (end < 0)
            return null;
        const text = Buffer.from(this.#bytes.subarray(this.#at, end)).toString('latin1');
        this.#at = end + 1;
        return text;
    }
    /** The next `length` bytes; null when there are fewer. */
    take(length) {
        if (this.#at + length > this.#bytes.length)
            return null;
        const taken = this.#bytes.subarray(this.#at, this.#at + length);
        this.#at += length;
        return taken;
    }
}

;// CONCATENATED MODULE: ./lib/elf/arm-attributes.js



/** Tags of "Addenda to, and Errata in, the ABI for the Arm Architecture", 3.3. */
const TAG_FILE = 1;
const TAG_CPU_RAW_NAME = 4;
const TAG_CPU_NAME = 5;
const TAG_CPU_ARCH = 6;
const TAG_CPU_ARCH_PROFILE = 7;
const TAG_FP_ARCH = 10;
const TAG_ABI_VFP_ARGS = 28;
const TAG_COMPATIBILITY = 32;
const ATTRIBUTE_BYTES = 64 * 1024;
/** The file-wide attributes of the vendor "aeabi"; null when there is no such section. */
function readArmAttributes(sections, kept, layout, problems) {
    const section = sections.find(({ type }) => type === SHT_ARM_ATTRIBUTES);
    if (section === undefined)
        return null;
    const { bytes, missing } = kept.read(section.start, Math.min(section.end - section.start, ATTRIBUTE_BYTES));
    if (missing === 'nothing')
        return parseArmAttributes(bytes, layout);
    problems.add('arm-attributes', missing, '.ARM.attributes is not where its section header says');
    return null;
}
/** Format version 'A', then vendors' parts, each: its length with these four bytes, the vendor's name, its data. */
function parseArmAttributes(bytes, layout) {
    if (bytes[0] !== 0x41)
        return null;
    for (let at = 1; at + 4 <= bytes.length;) {
        const length = new Fields(bytes, layout).u32(at);
        if (length < 4)
            return null;
        const cursor = new cursor_Cursor(bytes.subarray(at + 4, at + length));
        if (cursor.terminated() === 'aeabi') {
            return parseFileAttributes(bytes.subarray(at + 4 + cursor.at, at + length), layout);
        }
        at += length;
    }
    return null;
}
function parseFileAttributes(bytes, layout) {
    const fields = new Fields(bytes, layout);
    for (let at = 0; at + 5 <= bytes.length;) {
        const size = fields.u32(at + 1);
        if (size < 5)
            return null;
        if (bytes[at] === TAG_FILE)
            return attributesOf(bytes.subarray(at + 5, at + size));
        at += size;
    }
    return null;
}
function attributesOf(bytes) {
    const values = new Map();
    const cursor = new cursor_Cursor(bytes);
    while (!cursor.isDone) {
        const tag = cursor.varint();
        if (tag === null)
            break;
        const isText = tag === TAG_CPU_RAW_NAME || tag === TAG_CPU_NAME || (tag > 32 && tag % 2 === 1);
        const value = isText ? 0 : cursor.varint();
        if (value === null)
            break;
        if ((isText || tag === TAG_COMPATIBILITY) && cursor.terminated() === null)
            break;
        if (!isText)
            values.set(tag, value);
    }
    const profile = values.get(TAG_CPU_ARCH_PROFILE) ?? 0;
    return {
        cpuArch: values.get(TAG_CPU_ARCH) ?? null,
        cpuProfile: profile === 0 ? null : String.fromCharCode(profile & 0x7f),
        vfpArgs: values.get(TAG_ABI_VFP_ARGS) ?? null,
        fpArch: values.get(TAG_FP_ARCH) ?? null,
    };
}

;// CONCATENATED MODULE: ./lib/elf/memory.js


/** The file as it lies in memory once its PT_LOAD segments are mapped. */
class Memory {
    layout;
    #kept;
    #space;
    constructor(kept, space, layout) {
        this.layout = layout;
        this.#kept = kept;
        this.#space = space;
    }
    /**
     * At most `length` bytes from an address on, ending with its segment. `cut` when the address is in no segment,
     * or the segment or the file ends before.
     */
    read(address, length) {
        const mapped = this.#space.locate(address);
        if (mapped === null)
            return { bytes: new Uint8Array(0), missing: length <= 0 ? 'nothing' : 'cut' };
        const reading = this.#kept.read(mapped.offset, Math.min(length, mapped.length));
        return reading.missing === 'nothing' && mapped.length < length
            ? { bytes: reading.bytes, missing: 'cut' }
            : reading;
    }
    /** As {@link read}, as numbers. */
    fields(address, length) {
        const { bytes, missing } = this.read(address, length);
        return { fields: new Fields(bytes, this.layout), missing };
    }
    /** Zero bytes that lie behind the bytes of the file in the segment of this address. */
    zerosAfter(address) {
        return this.#space.locate(address)?.zeros ?? 0;
    }
}
/** The string that begins at `at` and ends before its NUL; null when there is no NUL within `limit` bytes. */
function stringAt(bytes, at, limit) {
    if (at < 0 || at >= bytes.length)
        return null;
    const end = bytes.subarray(at, at + limit + 1).indexOf(0);
    return end < 0 ? null : (0,plain_text/* decodeBytes */.y)(bytes.subarray(at, at + end));
}

;// CONCATENATED MODULE: ./lib/elf/versions.js

/** libc itself defines about 60 versions; chains that are longer than this are not followed. */
const MAX_RECORDS = 20_000;
/** Elf32_Verneed … are the same in both classes: all fields are 16 and 32 bits wide. */
function readVersionsNeeded(table, memory, problems) {
    const address = table.value(DT_VERNEED);
    if (address === null)
        return [];
    const { fields, missing } = memory.fields(address, Infinity);
    const walk = new versions_Walk(fields, missing, problems);
    const needs = [];
    for (const at of walk.chain(0, 16, 12)) {
        const versions = [];
        for (const aux of walk.chain(at + fields.u32(at + 8), 16, 12)) {
            const name = table.string(fields.u32(aux + 8), 'the name of a needed version');
            if (name !== null)
                versions.push({ name, weak: (fields.u16(aux + 4) & VER_FLG_WEAK) !== 0 });
        }
        const file = table.string(fields.u32(at + 4), 'the file of a needed version');
        if (file !== null)
            needs.push({ file, versions });
    }
    return needs;
}
function readVersionsDefined(table, memory, problems) {
    const address = table.value(DT_VERDEF);
    if (address === null)
        return null;
    const { fields, missing } = memory.fields(address, Infinity);
    const walk = new versions_Walk(fields, missing, problems);
    const names = [];
    for (const at of walk.chain(0, 20, 16)) {
        if ((fields.u16(at + 2) & VER_FLG_BASE) !== 0)
            continue;
        const name = table.string(fields.u32(at + fields.u32(at + 12)), 'the name of a defined version');
        if (name !== null)
            names.push(name);
    }
    return names;
}
/** Follows chains of records as the loader does: by `next` alone, whatever the counts claim. */
class versions_Walk {
    #fields;
    #missing;
    #problems;
    #left = MAX_RECORDS;
    constructor(fields, missing, problems) {
        this.#fields = fields;
        this.#missing = missing;
        this.#problems = problems;
    }
    /** Offsets of the records from `start` on; `next` is where a record holds the distance to the following one. */
    *chain(start, size, next) {
        for (let at = start;; at += this.#fields.u32(at + next)) {
            if (at + size > this.#fields.length) {
                const kind = this.#missing === 'unread' ? 'unread' : 'broken';
                this.#problems.add('versions', kind, 'a version record is outside its segment');
                return;
            }
            if (this.#left-- <= 0) {
                this.#problems.add('versions', 'unread', `there are over ${MAX_RECORDS} version records`);
                return;
            }
            yield at;
            if (this.#fields.u32(at + next) === 0)
                return;
        }
    }
}

;// CONCATENATED MODULE: ./lib/elf/dynamic.js




/** PT_DYNAMIC is small; this many bytes hold 65,536 entries. */
const DYNAMIC_BYTES = 1024 * 1024;
/** The entries of PT_DYNAMIC and the string table they point into. */
class DynamicTable {
    #entries;
    #last;
    #strings;
    #stringsMissing;
    #problems;
    constructor(entries, memory, problems) {
        this.#entries = entries;
        this.#last = new Map(entries.map(({ tag, value }) => [tag, value]));
        this.#problems = problems;
        const strings = memory.read(this.#last.get(DT_STRTAB) ?? 0n, Infinity);
        this.#strings = strings.bytes;
        this.#stringsMissing = strings.missing === 'unread' ? 'unread' : 'cut';
    }
    /** The value of a tag; the last one counts, as in the loaders. */
    value(tag) {
        return this.#last.get(tag) ?? null;
    }
    values(tag) {
        return this.#entries.filter((entry) => entry.tag === tag).map(({ value }) => value);
    }
    /** Bytes of the string table, up to the end of its segment: DT_STRSZ is a claim that no loader looks at. */
    get strings() {
        return this.#strings;
    }
    /** A string of the table; null, and a problem, when it is not there. */
    string(offset, what) {
        const text = stringAt(this.#strings, offset, limits/* LIMITS */.b.pathBytes);
        if (text !== null)
            return text;
        const unread = this.#stringsMissing === 'unread' && offset + limits/* LIMITS */.b.pathBytes >= this.#strings.length;
        this.#problems.add('dynamic', unread ? 'unread' : 'broken', `${what} is not in the string table`);
        return null;
    }
    /** The strings that the entries with this tag name. */
    stringsOf(tag, what) {
        return this.values(tag).flatMap((offset) => this.string(Number(offset), what) ?? []);
    }
}
/** The last PT_DYNAMIC, as it lies in memory; null when there is none. */
function readDynamicTable(headers, memory, problems) {
    const segment = headers.findLast(({ type }) => type === PT_DYNAMIC);
    if (segment === undefined)
        return null;
    const address = segment.virtualAddress;
    const { fields, missing } = memory.fields(address, DYNAMIC_BYTES);
    const entrySize = 2 * fields.wordSize;
    const entries = [];
    for (let at = 0; at + entrySize <= fields.length; at += entrySize) {
        const tag = Number(fields.word(at));
        if (tag === DT_NULL)
            return new DynamicTable(entries, memory, problems);
        entries.push({ tag, value: fields.word(at + fields.wordSize) });
    }
    const zeros = missing === 'cut' && memory.zerosAfter(address) >= fields.wordSize;
    if (missing === 'unread')
        problems.add('dynamic', 'unread', 'PT_DYNAMIC was not kept');
    else if (missing === 'nothing')
        problems.add('dynamic', 'unread', 'PT_DYNAMIC has over 65,535 entries');
    else if (fields.length === 0)
        problems.add('dynamic', 'broken', 'PT_DYNAMIC points outside the file');
    else if (!zeros)
        problems.add('dynamic', 'broken', 'PT_DYNAMIC does not end with DT_NULL');
    return new DynamicTable(entries, memory, problems);
}
function readDynamic(table, memory, problems) {
    const needed = table.values(DT_NEEDED);
    if (needed.length > limits/* LIMITS */.b.elfNeeded) {
        problems.add('dynamic', 'unread', `there are ${needed.length} DT_NEEDED entries`);
    }
    const stringOf = (tag, name) => {
        const offset = table.value(tag);
        return offset === null ? null : table.string(Number(offset), name);
    };
    return {
        needed: needed
            .slice(0, limits/* LIMITS */.b.elfNeeded)
            .flatMap((offset) => table.string(Number(offset), 'a DT_NEEDED name') ?? []),
        soname: stringOf(DT_SONAME, 'DT_SONAME'),
        rpath: stringOf(DT_RPATH, 'DT_RPATH'),
        runpath: stringOf(DT_RUNPATH, 'DT_RUNPATH'),
        flags: Number((table.value(DT_FLAGS) ?? 0n) & 0xffffffffn),
        flags1: Number((table.value(DT_FLAGS_1) ?? 0n) & 0xffffffffn),
        bindNow: table.value(DT_BIND_NOW) !== null,
        packedRelocations: table.value(DT_RELR) !== null,
        hasInitializers: table.value(DT_INIT) !== null || table.value(DT_INIT_ARRAY) !== null,
        hasHash: table.value(DT_GNU_HASH) !== null || table.value(DT_HASH) !== null,
        versionsNeeded: readVersionsNeeded(table, memory, problems),
        versionsDefined: readVersionsDefined(table, memory, problems),
        auxiliary: table.stringsOf(DT_AUXILIARY, 'a DT_AUXILIARY name'),
        filter: table.stringsOf(DT_FILTER, 'a DT_FILTER name'),
    };
}

;// CONCATENATED MODULE: ./lib/elf/kept-bytes.js
/** The parts of a file that were held while it streamed by, addressed as in the file. */
const NO_BYTES = new Uint8Array(0);
class KeptBytes {
    fileSize;
    #pieces;
    /** Pieces must not touch each other. */
    constructor(fileSize, pieces) {
        this.fileSize = fileSize;
        this.#pieces = pieces;
    }
    /** A view, not a copy. Offsets and lengths are claims of the file: any number is safe, also Infinity. */
    read(offset, length) {
        const end = Math.min(offset + length, this.fileSize);
        if (!(offset >= 0) || offset >= end) {
            return { bytes: NO_BYTES, missing: length <= 0 ? 'nothing' : 'cut' };
        }
        const piece = this.#pieces.find(({ start, bytes }) => offset >= start && offset < start + bytes.length);
        if (piece === undefined)
            return { bytes: NO_BYTES, missing: 'unread' };
        const bytes = piece.bytes.subarray(offset - piece.start, end - piece.start);
        if (bytes.length < end - offset)
            return { bytes, missing: 'unread' };
        return { bytes, missing: end - offset < length ? 'cut' : 'nothing' };
    }
}
/** In order, without overlaps, clipped to the file; ranges that touch become one. */
function mergeRanges(ranges, fileSize) {
    const clipped = ranges
        .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(end, fileSize) }))
        .filter(({ start, end }) => start < end)
        .sort((one, other) => one.start - other.start);
    const merged = [];
    for (const range of clipped) {
        const last = merged.at(-1);
        if (last !== undefined && range.start <= last.end)
            last.end = Math.max(last.end, range.end);
        else
            merged.push({ ...range });
    }
    return merged;
}

;// CONCATENATED MODULE: ./lib/elf/notes.js



/** Notes of one segment that are read; a core file has more, a program has some hundred bytes. */
const NOTE_BYTES = 64 * 1024;
/** Systems that mark their programs with a note of their name. */
const SYSTEMS = new Set(['Android', 'FreeBSD', 'NetBSD', 'OpenBSD', 'DragonFly']);
function readNotes(headers, machine, kept, layout, problems) {
    const notesOf = (type) => headers
        .filter((header) => header.type === type)
        .flatMap((header) => readSegment(header, kept, layout, problems));
    const notes = notesOf(PT_NOTE);
    const gnu = (type) => notes.find((note) => note.name === 'GNU' && note.type === type)?.content;
    const buildId = gnu(NT_GNU_BUILD_ID);
    const abiTag = gnu(NT_GNU_ABI_TAG);
    const isX86 = machine === machines/* EM_X86_64 */.pe || machine === machines/* EM_386 */.$W;
    const properties = [...notesOf(PT_GNU_PROPERTY), ...notes].find(({ name, type }) => name === 'GNU' && type === NT_GNU_PROPERTY_TYPE_0);
    return {
        buildId: buildId === undefined ? null : Buffer.from(buildId).toString('hex'),
        x86IsaNeeded: isX86 && properties !== undefined ? x86IsaNeeded(properties.content, layout) : null,
        abiTag: abiTag === undefined || abiTag.length < 16 ? null : abiTagOf(new Fields(abiTag, layout)),
        system: notes.find(({ name }) => SYSTEMS.has(name))?.name ?? null,
    };
}
function readSegment(header, kept, layout, problems) {
    const size = toNumber(header.fileSize);
    const { bytes, missing } = kept.read(toNumber(header.offset), Math.min(size, NOTE_BYTES));
    if (missing === 'unread' || size > NOTE_BYTES) {
        problems.add('notes', 'unread', `a note segment of ${size} bytes was not kept whole`);
    }
    else if (missing === 'cut') {
        problems.add('notes', 'cut', 'a note segment ends after the end of the file');
    }
    const fields = new Fields(bytes, layout);
    const alignment = header.align === 8n ? 8 : 4;
    const aligned = (length) => Math.ceil(length / alignment) * alignment;
    const notes = [];
    for (let at = 0; at + 12 <= bytes.length;) {
        const [nameSize, contentSize, type] = [fields.u32(at), fields.u32(at + 4), fields.u32(at + 8)];
        const content = at + aligned(12 + nameSize);
        if (content + contentSize > bytes.length)
            break;
        const name = Buffer.from(bytes.subarray(at + 12, at + 12 + Math.min(nameSize, 32))).toString('latin1');
        notes.push({
            name: name.replace(/\0.*$/s, ''),
            type,
            content: bytes.subarray(content, content + contentSize),
        });
        at = content + aligned(contentSize);
    }
    return notes;
}
/** pr_type, pr_datasz and the data, padded to the word size (x86-64 psABI, "Program Property"). */
function x86IsaNeeded(content, layout) {
    const fields = new Fields(content, layout);
    for (let at = 0; at + 8 <= content.length;) {
        const [type, size] = [fields.u32(at), fields.u32(at + 4)];
        if (type === GNU_PROPERTY_X86_ISA_1_NEEDED && size === 4 && at + 12 <= content.length) {
            return fields.u32(at + 8);
        }
        at += 8 + Math.ceil(size / fields.wordSize) * fields.wordSize;
    }
    return null;
}
function abiTagOf(fields) {
    return { os: fields.u32(0), kernel: `${fields.u32(4)}.${fields.u32(8)}.${fields.u32(12)}` };
}

;// CONCATENATED MODULE: ./lib/elf/program-headers.js




/** Where the table lies; null when the kernel would not read it, with the reason. */
function programHeaderTable(header) {
    const expected = PROGRAM_HEADER_BYTES[header.readAs.class];
    const { programHeaderCount: count, programHeaderEntrySize: size } = header;
    if (count > 0 && size !== expected) {
        return { refused: `e_phentsize is ${size} and must be ${expected}` };
    }
    const start = toNumber(header.programHeaderOffset);
    return { start, end: start + count * expected };
}
function readProgramHeaders(header, kept, problems) {
    const table = programHeaderTable(header);
    if ('refused' in table) {
        problems.add('program-headers', 'broken', table.refused);
        return [];
    }
    const size = PROGRAM_HEADER_BYTES[header.readAs.class];
    const count = Math.min(header.programHeaderCount, limits/* LIMITS */.b.elfProgramHeaders);
    if (count < header.programHeaderCount) {
        problems.add('program-headers', 'unread', `there are ${header.programHeaderCount} program headers`);
    }
    const { bytes, missing } = kept.read(table.start, count * size);
    if (missing === 'cut') {
        problems.add('program-headers', 'cut', 'the program header table ends after the end of the file');
    }
    else if (missing === 'unread') {
        problems.add('program-headers', 'unread', `the program header table is at ${table.start}`);
    }
    const fields = new Fields(bytes, header.readAs);
    return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => programHeaderAt(fields, index * size));
}
function programHeaderAt(fields, at) {
    const wide = fields.wordSize === 8;
    return {
        type: fields.u32(at),
        flags: fields.u32(at + (wide ? 4 : 24)),
        offset: fields.word(at + (wide ? 8 : 4)),
        virtualAddress: fields.word(at + (wide ? 16 : 8)),
        fileSize: fields.word(at + (wide ? 32 : 16)),
        memorySize: fields.word(at + (wide ? 40 : 20)),
        align: fields.word(at + (wide ? 48 : 28)),
    };
}
/** Says which segments reach behind the end of the file: their pages raise SIGBUS when touched. */
function checkSegments(headers, fileSize, problems) {
    for (const { type, offset, fileSize: size } of headers) {
        const end = toNumber(offset) + toNumber(size);
        if ((type !== PT_LOAD && type !== PT_INTERP) || size === 0n || end <= fileSize)
            continue;
        const what = type === PT_LOAD ? 'a PT_LOAD segment' : 'PT_INTERP';
        problems.add('segments', 'cut', `${what} ends at byte ${end} of a file of ${fileSize} bytes`);
    }
}

;// CONCATENATED MODULE: ./lib/elf/section-headers.js


/** Where the section header table lies; empty when there is none. */
function sectionHeaderTable(header) {
    const size = SECTION_HEADER_BYTES[header.readAs.class];
    const start = toNumber(header.sectionHeaderOffset);
    const usable = start > 0 && header.sectionHeaderEntrySize === size;
    return { start, end: usable ? start + header.sectionHeaderCount * size : start };
}
/** Sections that are there; nothing that decides rests on them. */
function readSections(header, kept) {
    const table = sectionHeaderTable(header);
    const { bytes } = kept.read(table.start, table.end - table.start);
    const fields = new Fields(bytes, header.readAs);
    const size = SECTION_HEADER_BYTES[header.readAs.class];
    const wide = fields.wordSize === 8;
    return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => {
        const at = index * size;
        const start = toNumber(fields.word(at + (wide ? 24 : 16)));
        return { type: fields.u32(at + 4), start, end: start + toNumber(fields.word(at + (wide ? 32 : 20))) };
    });
}

;// CONCATENATED MODULE: ./lib/elf/capture-plan.js











/** Files up to this size are kept whole: dynamic loaders, whose strings lie anywhere, are smaller. */
const WHOLE_FILE_BYTES = 2 * 1024 * 1024;
/** This much is kept before anything is known; in nearly every file it holds the program headers. */
const HEAD_BYTES = 64 * 1024;
const SECTION_TABLE_BYTES = 1024 * 1024;
/** Which parts of a large file its facts need, known from the program headers before the rest streams by. */
function planCapture(header, programHeaders, fileSize) {
    const ranges = [{ start: 0, end: HEAD_BYTES }];
    const table = programHeaderTable(header);
    if (!('refused' in table))
        ranges.push(clip(table, HEAD_BYTES * 4));
    const space = new AddressSpace(programHeaders);
    for (const segment of programHeaders) {
        const range = capture_plan_rangeOf(segment);
        if (segment.type === PT_INTERP)
            ranges.push(clip(range, limits/* LIMITS */.b.pathBytes));
        if (segment.type === PT_NOTE || segment.type === PT_GNU_PROPERTY)
            ranges.push(clip(range, NOTE_BYTES));
        if (segment.type === PT_DYNAMIC) {
            const mapped = space.locate(segment.virtualAddress);
            if (mapped !== null)
                ranges.push({ start: mapped.offset, end: mapped.offset + DYNAMIC_BYTES });
        }
    }
    if (header.machine === machines/* EM_ARM */.iD)
        ranges.push(...attributeRanges(header, programHeaders));
    return mergeRanges([...ranges, ...shareBudget(wantedSegments(programHeaders), fileSize)], fileSize);
}
/**
 * The tables that PT_DYNAMIC points at lie in a segment without code, or at the head of the first one; patchelf
 * moves them to a new segment at the end. Go's build information lies in the writable data.
 */
function wantedSegments(programHeaders) {
    const loads = programHeaders.filter(({ type }) => type === PT_LOAD);
    const isDynamic = programHeaders.some(({ type }) => type === PT_DYNAMIC);
    return loads
        .filter(({ flags }, index) => isDynamic ? index === 0 || (flags & PF_X) === 0 : (flags & PF_W) !== 0 && (flags & PF_X) === 0)
        .map(capture_plan_rangeOf);
}
/** Small segments whole, large ones from their start as far as the rest of the budget goes. */
function shareBudget(segments, fileSize) {
    const inFile = segments
        .map(({ start, end }) => ({ start, end: Math.min(end, fileSize) }))
        .filter(({ start, end }) => start < end)
        .sort((one, other) => one.end - one.start - (other.end - other.start));
    let left = limits/* LIMITS */.b.elfBytes;
    return inFile.map((range, index) => {
        const kept = clip(range, Math.floor(left / (inFile.length - index)));
        left -= kept.end - kept.start;
        return kept;
    });
}
/** The section headers, and what lies between the last segment and the debug information. */
function attributeRanges(header, programHeaders) {
    const ends = programHeaders.filter(({ type }) => type === PT_LOAD).map((load) => capture_plan_rangeOf(load).end);
    const end = Math.max(0, ...ends);
    return [
        clip(sectionHeaderTable(header), SECTION_TABLE_BYTES),
        { start: end, end: end + 2 * ATTRIBUTE_BYTES },
    ];
}
function capture_plan_rangeOf(segment) {
    const start = toNumber(segment.offset);
    return { start, end: start + toNumber(segment.fileSize) };
}
function clip(range, length) {
    return { start: range.start, end: Math.min(range.end, range.start + length) };
}

;// CONCATENATED MODULE: ./lib/elf/go-build-info.js



/** How Go's linker marks its build information (debug/buildinfo): in the writable data, at a multiple of 16. */
const go_build_info_MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const go_build_info_HEADER_BYTES = 32;
const INLINE_STRINGS = 2;
/** The module list is framed by two markers of 16 bytes. */
const FRAME = 16;
const NEWLINE = 10;
const MAX_TEXT = 1024 * 1024;
/** null when the writable data holds none. */
function readGoBuildInfo(headers, kept, memory) {
    for (const header of headers) {
        if (header.type !== PT_LOAD || (header.flags & PF_W) === 0 || (header.flags & PF_X) !== 0)
            continue;
        const { bytes } = kept.read(toNumber(header.offset), toNumber(header.fileSize));
        const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
        for (let at = data.indexOf(go_build_info_MAGIC); at >= 0; at = data.indexOf(go_build_info_MAGIC, at + 1)) {
            if (at % 16 === 0 || (Number(header.virtualAddress % 16n) + at) % 16 === 0) {
                const found = parseBlob(bytes.subarray(at), memory);
                if (found !== null)
                    return found;
            }
        }
    }
    return null;
}
function parseBlob(blob, memory) {
    const [pointerSize = 0, flags = 0] = blob.subarray(14, 16);
    const [version, modules] = (flags & INLINE_STRINGS) !== 0 ? inlineStrings(blob) : pointedStrings(blob, pointerSize, memory);
    if (version === null || version === undefined || version.length === 0)
        return null;
    return { version: version.toString('utf8'), ...parseModules(modules ?? Buffer.alloc(0)) };
}
/** Since Go 1.18: two strings, each after its length. */
function inlineStrings(blob) {
    const cursor = new cursor_Cursor(blob, go_build_info_HEADER_BYTES);
    return [0, 1].map(() => {
        const length = cursor.varint();
        const bytes = length === null || length > MAX_TEXT ? null : cursor.take(length);
        return bytes === null ? null : Buffer.from(bytes);
    });
}
/** Before Go 1.18: the addresses of two Go strings, each an address and a length. */
function pointedStrings(blob, pointerSize, memory) {
    const pointers = new Fields(blob.subarray(0, go_build_info_HEADER_BYTES), memory.layout);
    const { wordSize } = pointers;
    if (pointerSize !== wordSize)
        return [];
    return [0, 1].map((index) => {
        const { fields } = memory.fields(pointers.word(16 + index * wordSize), 2 * wordSize);
        const length = toNumber(fields.word(wordSize));
        if (length > MAX_TEXT)
            return null;
        const text = memory.read(fields.word(0), length);
        return text.missing === 'nothing' ? Buffer.from(text.bytes) : null;
    });
}
/** The text of runtime/debug.BuildInfo, a tab-separated line for each fact; of the settings those of Go itself. */
function parseModules(framed) {
    const settings = [];
    let mainPackage = null;
    const isFramed = framed.length > 2 * FRAME && framed.at(-FRAME - 1) === NEWLINE;
    const text = isFramed ? framed.toString('utf8', FRAME, framed.length - FRAME) : '';
    for (const line of text.split('\n')) {
        const [key, value = ''] = line.split('\t');
        const equals = value.indexOf('=');
        if (key === 'path')
            mainPackage = value;
        if (key === 'build' && value.startsWith('GO') && equals > 0) {
            settings.push([value.slice(0, equals), value.slice(equals + 1)]);
        }
    }
    return { mainPackage, settings: Object.fromEntries(settings) };
}

;// CONCATENATED MODULE: ./lib/elf/loader-facts.js
/** No loader is larger; Debian's are 200 KB (glibc) to 900 KB (musl, which is the libc as well). */
const MAX_LOADER_BYTES = 8 * 1024 * 1024;
/** Facts of the file if it is a loader that we know, whatever it is named; else null. */
function loaderFactsOf(file) {
    if (file.length > MAX_LOADER_BYTES)
        return null;
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    if (bytes.includes('/etc/ld-musl-'))
        return muslOf(bytes.toString('latin1'));
    if (bytes.includes('libgcompat.so'))
        return gcompatOf(bytes.toString('latin1'));
    return bytes.includes('ld.so-1.7.0') ? glibcOf(bytes.toString('latin1')) : null;
}
function glibcOf(text) {
    // One array of strings, each a directory with a slash at the end; what lies before it in the file may be anything.
    const runs = text.match(/(?:\/[!-~]{1,500}\/\0)+/g) ?? [];
    const run = runs.find((directories) => directories.includes('lib'));
    if (run === undefined)
        return null;
    const systemDirectories = run
        .split('\0')
        .slice(0, -1)
        .map((directory) => directory.slice(0, -1));
    return {
        libc: 'glibc',
        systemDirectories,
        cache: /\0(\/[^\0]{0,500}ld\.so\.cache)\0/.exec(text)?.[1] ?? null,
        preload: /\0(\/[^\0]{0,500}\.so\.preload)\0/.exec(text)?.[1] ?? null,
        lib: libOf(text, systemDirectories[0] ?? ''),
        hwcaps: /\0((?:x86-64-v\d|power\d+|z\d\d)(?::[\w-]+)+)\0/.exec(text)?.[1]?.split(':') ?? [],
        legacyHwcaps: text.includes('\0tls\0') ? 'searched' : 'gone',
        version: /\0ld\.so \([^)\0]{0,200}\) \w+ release version (\d+\.\d+)/.exec(text)?.[1] ?? null,
        packedRelocations: text.includes('GLIBC_ABI_DT_RELR') ? 'done' : 'passed-over',
    };
}
/** DL_DST_LIB: the last name of the library directory, in Debian the whole of it below the root. */
function libOf(text, directory) {
    const below = directory.slice(1);
    const last = below.slice(below.lastIndexOf('/') + 1);
    return [below, last].find((lib) => lib !== '' && text.includes(`\0${lib}\0`)) ?? null;
}
function muslOf(text) {
    const arch = /\/etc\/ld-musl-([\w.-]+)\.path\0/.exec(text)?.[1];
    const path = /\/[!-9;-~]*lib[!-9;-~]*(?::\/[!-9;-~]*lib[!-9;-~]*)+(?=\0)/.exec(text)?.[0];
    if (arch === undefined || path === undefined)
        return null;
    const version = /\0(1\.\d+\.\d+[\w.+~-]*)\0/.exec(text)?.[1] ?? null;
    return { libc: 'musl', arch, systemDirectories: path.split(':'), version };
}
function gcompatOf(text) {
    const musl = /\/[!-~]*\/ld-musl-[!-~]+(?=\0)/.exec(text)?.[0];
    const preload = /\/[!-~]*\/libgcompat\.so[!-~]*(?=\0)/.exec(text)?.[0];
    return musl === undefined || preload === undefined ? null : { libc: 'gcompat', musl, preload };
}

;// CONCATENATED MODULE: ./lib/elf/problems.js
/** What is wrong with a file, gathered while it is parsed; each text once. */
class Problems {
    #found = new Map();
    add(part, kind, text) {
        this.#found.set(`${part} ${kind} ${text}`, { part, kind, text });
    }
    list() {
        return [...this.#found.values()];
    }
}

;// CONCATENATED MODULE: ./lib/elf/bindings.js
/**
 * When a loader looks the symbols of a file up: those of DT_REL and DT_RELA before the program runs, those of
 * DT_JMPREL perhaps only when they are first called (elf/dynamic-link.h of glibc; musl makes no difference).
 */



const UNBOUND = 0;
const BOUND_WHEN_CALLED = 1;
const BOUND_AT_START = 2;
/** The file has room for a variable that a library defines: R_*_COPY. */
const COPIED_AT_START = 3;
const R_COPY = new Map([
    [machines/* EM_386 */.$W, 5],
    [machines/* EM_AARCH64 */.Nu, 1024],
    [machines/* EM_ARM */.iD, 20],
    [machines/* EM_LOONGARCH */.Ny, 4],
    [machines/* EM_MIPS */.th, 126],
    [machines/* EM_PPC64 */.vM, 19],
    [machines/* EM_RISCV */.nq, 4],
    [machines/* EM_S390 */.TC, 9],
    [machines/* EM_X86_64 */.pe, 5],
]);
/** Of a table of `count` symbols; null when relocations were not kept or cannot be read. */
function readBindings(table, memory, machine, count) {
    // MIPS binds symbols through its GOT without relocations (DT_MIPS_GOTSYM), functions when they are called.
    const bindings = new Uint8Array(count).fill(machine === machines/* EM_MIPS */.th ? BOUND_WHEN_CALLED : UNBOUND);
    const types = new Set();
    const tables = relocationTables(table);
    const calls = tables.find(({ bound }) => bound === BOUND_WHEN_CALLED);
    for (const { address, bytes, words, bound } of tables) {
        const { fields, missing } = memory.fields(address, bytes);
        if (missing !== 'nothing')
            return null;
        const size = words * fields.wordSize;
        for (let entry = 0; entry + size <= fields.length; entry += size) {
            const { symbol, type } = infoAt(fields, entry, memory.layout.byteOrder, machine);
            types.add(type);
            const binding = bound === BOUND_AT_START && type === R_COPY.get(machine) ? COPIED_AT_START : bound;
            if (symbol === 0 || symbol >= count || binding <= (bindings[symbol] ?? 0))
                continue;
            // Some linkers count DT_JMPREL as the end of the other table.
            if (bound === BOUND_AT_START && isWithin(calls, address + BigInt(entry)))
                continue;
            bindings[symbol] = binding;
        }
    }
    types.delete(0);
    return { bindings, types: [...types].sort((one, other) => one - other) };
}
/** r_info: the symbol in the upper bits, the type below; 64-bit MIPS has the symbol first and three types last. */
function infoAt(fields, entry, byteOrder, machine) {
    if (fields.wordSize === 4) {
        const info = fields.u32(entry + 4);
        return { symbol: info >>> 8, type: info & 0xff };
    }
    if (machine === machines/* EM_MIPS */.th)
        return { symbol: fields.u32(entry + 8), type: fields.u8(entry + 15) };
    const [upper, lower] = byteOrder === 'little' ? [12, 8] : [8, 12];
    return { symbol: fields.u32(entry + upper), type: fields.u32(entry + lower) };
}
function relocationTables(table) {
    const callsWithAddend = table.value(DT_PLTREL) === BigInt(DT_RELA);
    return [
        { at: DT_RELA, size: DT_RELASZ, words: 3, bound: BOUND_AT_START },
        { at: DT_REL, size: DT_RELSZ, words: 2, bound: BOUND_AT_START },
        { at: DT_JMPREL, size: DT_PLTRELSZ, words: callsWithAddend ? 3 : 2, bound: BOUND_WHEN_CALLED },
    ].flatMap(({ at, size, words, bound }) => {
        const address = table.value(at);
        const bytes = toNumber(table.value(size) ?? 0n);
        return address === null || bytes === 0 ? [] : [{ address, bytes, words, bound }];
    });
}
function isWithin(table, address) {
    return table !== undefined && address >= table.address && address < table.address + BigInt(table.bytes);
}

;// CONCATENATED MODULE: ./lib/elf/symbols.js





/** Bytes of names that are walked over in one file; the largest real tables have about half of it. */
const NAME_BYTES = 96 * 1024 * 1024;
/** Text of undefined names that is kept of one file. */
const UNDEFINED_BYTES = 4 * 1024 * 1024;
/** The symbols of DT_SYMTAB; null when there is no table or it cannot be read whole. */
function readSymbols(table, memory, machine, problems) {
    const address = table.value(DT_SYMTAB);
    if (address === null)
        return null;
    const wide = memory.layout.class === 64;
    const size = wide ? 24 : 16;
    const count = symbolCount(table, memory, machine);
    const { fields, missing } = memory.fields(address, count * size);
    if (missing !== 'nothing') {
        const kind = missing === 'unread' ? 'unread' : 'broken';
        problems.add('symbols', kind, 'the symbol table ends outside its segment');
        return null;
    }
    const { strings } = table;
    const relocations = readBindings(table, memory, machine, count);
    const bindings = relocations?.bindings;
    if (relocations === null)
        problems.add('symbols', 'unread', 'the relocations were not kept, or end outside their segment');
    const defined = new SymbolHashes(count);
    const undefinedNames = [];
    const calledNames = [];
    const copiedNames = [];
    let [nameBytes, undefinedBytes] = [0, 0];
    for (let at = size; at < fields.length; at += size) {
        const binding = fields.u8(at + (wide ? 4 : 12)) >> 4;
        if (binding !== STB_GLOBAL && binding !== STB_WEAK && binding !== STB_GNU_UNIQUE)
            continue;
        const isUndefined = fields.u16(at + (wide ? 6 : 14)) === SHN_UNDEF;
        if (isUndefined && binding === STB_WEAK)
            continue;
        const start = fields.u32(at);
        const end = strings.indexOf(0, start);
        if (start >= strings.length || end < 0) {
            problems.add('symbols', 'broken', 'the name of a symbol is not in the string table');
            return null;
        }
        nameBytes += end - start;
        if (isUndefined)
            undefinedBytes += end - start;
        if (nameBytes > NAME_BYTES || undefinedBytes > UNDEFINED_BYTES) {
            problems.add('symbols', 'unread', 'the names of the symbols are too long');
            return null;
        }
        if (!isUndefined)
            defined.add(strings, start, end);
        if (bindings?.[at / size] === COPIED_AT_START && binding !== STB_WEAK) {
            copiedNames.push(latin1(strings, start, end));
        }
        if (!isUndefined)
            continue;
        if (bindings?.[at / size] === BOUND_AT_START)
            undefinedNames.push(latin1(strings, start, end));
        else if (bindings?.[at / size] === BOUND_WHEN_CALLED)
            calledNames.push(latin1(strings, start, end));
    }
    return {
        undefined: undefinedNames.join('\n'),
        called: calledNames.join('\n'),
        copied: copiedNames.join('\n'),
        defined: defined.sorted(),
        relocations: relocations?.types ?? [],
    };
}
function latin1(bytes, start, end) {
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
/**
 * Infinity when the tables that say it are broken or were not kept. No tag says how many symbols there are. DT_HASH does (nchain); a DT_GNU_HASH table covers all symbols up to the
 * end of its last chain; where that is empty, the relocations name the symbols that a loader looks up.
 */
function symbolCount(table, memory, machine) {
    const hash = table.value(DT_HASH);
    if (hash !== null) {
        const wideEntries = memory.layout.class === 64 && (machine === machines/* EM_S390 */.TC || machine === machines/* EM_ALPHA */.CC);
        const { fields } = memory.fields(hash, 16);
        return wideEntries ? toNumber(fields.u64(8)) : fields.u32(4);
    }
    const mips = table.value(DT_MIPS_SYMTABNO);
    if (machine === machines/* EM_MIPS */.th && mips !== null)
        return toNumber(mips);
    const gnuHash = table.value(DT_GNU_HASH);
    const hashed = gnuHash === null ? 0 : countOfGnuHash(memory, gnuHash);
    return hashed > 0 ? hashed : countOfRelocations(table, memory);
}
function countOfGnuHash(memory, address) {
    const { fields } = memory.fields(address, Infinity);
    const [buckets, first, bloomWords] = [fields.u32(0), fields.u32(4), fields.u32(8)];
    const bucketsAt = 16 + bloomWords * fields.wordSize;
    const chainsAt = bucketsAt + 4 * buckets;
    let highest = 0;
    for (let at = bucketsAt; at < Math.min(chainsAt, fields.length); at += 4) {
        highest = Math.max(highest, fields.u32(at));
    }
    if (highest < first || highest === 0)
        return 0;
    for (let symbol = highest;; symbol++) {
        const at = chainsAt + 4 * (symbol - first);
        if (at + 4 > fields.length)
            return Infinity;
        if ((fields.u32(at) & 1) === 1)
            return symbol + 1;
    }
}
function countOfRelocations(table, memory) {
    const pltIsRela = table.value(DT_PLTREL) === BigInt(DT_RELA);
    const tables = [
        { at: DT_RELA, bytes: DT_RELASZ, words: 3 },
        { at: DT_REL, bytes: DT_RELSZ, words: 2 },
        { at: DT_JMPREL, bytes: DT_PLTRELSZ, words: pltIsRela ? 3 : 2 },
    ];
    let highest = 0;
    for (const { at, bytes, words } of tables) {
        const address = table.value(at);
        if (address === null)
            continue;
        const { fields, missing } = memory.fields(address, toNumber(table.value(bytes) ?? 0n));
        if (missing !== 'nothing')
            return Infinity;
        const size = words * fields.wordSize;
        const upperHalf = memory.layout.byteOrder === 'little' ? 12 : 8;
        for (let entry = 0; entry + size <= fields.length; entry += size) {
            const symbol = fields.wordSize === 8 ? fields.u32(entry + upperHalf) : fields.u32(entry + 4) >>> 8;
            if (symbol > highest)
                highest = symbol;
        }
    }
    return highest === 0 ? 0 : highest + 1;
}

;// CONCATENATED MODULE: ./lib/elf/parse-elf.js
/**
 * Bytes of an ELF file to facts. Follows the kernel (fs/binfmt_elf.c) and the loaders (glibc's elf/, musl's
 * ldso/dynlink.c): program headers and PT_DYNAMIC as they lie in memory. Left out on purpose: sections (but for two
 * that no program header points at), relocations, debug information.
 */

















/** Never throws: what is broken is in `problems`. */
function parseKept(kept, sha256) {
    const problems = new Problems();
    const header = parseHeader(kept.read(0, HEADER_BYTES[64]).bytes);
    const { readAs, machine } = header;
    checkHeader(header, kept.fileSize, problems);
    const programHeaders = readProgramHeaders(header, kept, problems);
    checkSegments(programHeaders, kept.fileSize, problems);
    const memory = new Memory(kept, new AddressSpace(programHeaders), readAs);
    const table = readDynamicTable(programHeaders, memory, problems);
    const dynamic = table === null ? null : readDynamic(table, memory, problems);
    return {
        kind: 'elf',
        class: header.class,
        byteOrder: header.byteOrder,
        readAs,
        osAbi: header.osAbi,
        abiVersion: header.abiVersion,
        type: header.type,
        machine,
        flags: header.flags,
        version: header.version,
        entry: header.entry,
        programHeaderOffset: header.programHeaderOffset,
        programHeaderEntrySize: header.programHeaderEntrySize,
        programHeaderCount: header.programHeaderCount,
        programHeaders,
        interpreter: readInterpreter(programHeaders, kept, problems),
        dynamic,
        symbols: table === null ? null : readSymbols(table, memory, machine, problems),
        notes: readNotes(programHeaders, machine, kept, readAs, problems),
        arm: machine === machines/* EM_ARM */.iD ? readArmAttributes(readSections(header, kept), kept, readAs, problems) : null,
        go: readGoBuildInfo(programHeaders, kept, memory),
        loader: readLoader(header, programHeaders, dynamic, kept),
        fileSize: kept.fileSize,
        sha256,
        problems: problems.list(),
    };
}
function checkHeader(header, fileSize, problems) {
    const size = HEADER_BYTES[header.readAs.class];
    if (fileSize < size) {
        problems.add('header', 'cut', `the file has ${fileSize} bytes and an ELF header ${size}`);
    }
    if (header.class === null)
        problems.add('header', 'broken', 'EI_CLASS is neither 32 nor 64 bit');
    else if (header.class !== header.readAs.class) {
        problems.add('header', 'broken', `EI_CLASS says ${header.class} bit but the header is ${header.readAs.class} bit`);
    }
    if (header.byteOrder === null)
        problems.add('header', 'broken', 'EI_DATA is neither little- nor big-endian');
    else if (header.byteOrder !== header.readAs.byteOrder) {
        const { byteOrder, readAs } = header;
        problems.add('header', 'broken', `EI_DATA says ${byteOrder}-endian but the header is ${readAs.byteOrder}-endian`);
    }
}
/** The kernel takes the first PT_INTERP and reads it by its offset, not by its address. */
function readInterpreter(headers, kept, problems) {
    const all = headers.filter(({ type }) => type === PT_INTERP);
    const [first] = all;
    if (first === undefined)
        return null;
    const size = toNumber(first.fileSize);
    const { bytes, missing } = kept.read(toNumber(first.offset), Math.min(size, limits/* LIMITS */.b.pathBytes));
    if (missing === 'unread')
        problems.add('interpreter', 'unread', "the loader's path was not kept");
    const end = bytes.indexOf(0);
    return {
        path: (0,plain_text/* decodeBytes */.y)(end < 0 ? bytes : bytes.subarray(0, end)),
        size,
        terminated: size <= limits/* LIMITS */.b.pathBytes && bytes.length === size && bytes.at(-1) === 0,
        count: all.length,
    };
}
/** Names that loaders go by; musl's has none, or that of the libc that it is as well. */
const LOADER_NAME = /^(?:ld[-.]|libc\.)/;
/** Of a file that was not kept whole (a loader with its debug information) the segments without code hold the strings. */
function readLoader(header, headers, dynamic, kept) {
    const isLinked = header.type === ET_DYN || header.type === ET_EXEC;
    const mayBeLoader = isLinked && headers.every(({ type }) => type !== PT_INTERP);
    if (!mayBeLoader)
        return null;
    const { bytes, missing } = kept.read(0, kept.fileSize);
    if (missing === 'nothing')
        return loaderFactsOf(bytes);
    if (dynamic === null || !LOADER_NAME.test(dynamic.soname ?? 'ld.so'))
        return null;
    const segments = headers.filter(({ type }) => type === PT_LOAD);
    const parts = segments.map((load) => kept.read(toNumber(load.offset), toNumber(load.fileSize)).bytes);
    return loaderFactsOf(Buffer.concat(parts));
}

;// CONCATENATED MODULE: ./lib/elf/elf-capture.js
/**
 * An ELF file as it streams by: keeps the parts that its facts need (capture-plan.ts) and forgets the rest, so that
 * a library of two gigabytes costs at most the budget of limits.ts. What a fact needs and was not kept becomes a
 * problem of kind `unread`, never a wrong fact.
 */







/** `fileSize`: bytes that will be written; a file that turns out shorter is taken as it is. */
function startElf(fileSize) {
    return new Capture(fileSize);
}
/** The same facts of bytes that are all there. */
function parseElf(bytes, sha256) {
    const capture = startElf(bytes.length);
    capture.write(bytes);
    return capture.finish(sha256);
}
class Capture {
    #fileSize;
    #position = 0;
    #pieces = [];
    /** Where in the file the next plan can be made. */
    #planAt;
    constructor(fileSize) {
        this.#fileSize = fileSize;
        const isSmall = fileSize <= WHOLE_FILE_BYTES;
        this.#planAt = isSmall ? Infinity : HEAD_BYTES;
        this.#keepOnly([{ start: 0, end: isSmall ? fileSize : HEAD_BYTES }]);
    }
    write(chunk) {
        for (let rest = chunk; rest.length > 0;) {
            const part = rest.subarray(0, Math.min(rest.length, this.#planAt - this.#position));
            this.#copy(part);
            this.#position += part.length;
            rest = rest.subarray(part.length);
            if (this.#position === this.#planAt)
                this.#plan();
        }
    }
    finish(sha256) {
        const size = Math.min(this.#position, this.#fileSize);
        const pieces = this.#pieces
            .filter(({ start }) => start < size)
            .map(({ start, bytes }) => ({ start, bytes: bytes.subarray(0, size - start) }));
        return parseKept(new KeptBytes(size, pieces), sha256);
    }
    #copy(part) {
        const [from, to] = [this.#position, this.#position + part.length];
        for (const { start, bytes } of this.#pieces) {
            const first = Math.max(from, start);
            const end = Math.min(to, start + bytes.length);
            if (first < end)
                bytes.set(part.subarray(first - from, end - from), first - start);
        }
    }
    /** Decides what to keep as soon as the program headers are there; the decision rests on positions, not on chunks. */
    #plan() {
        const kept = new KeptBytes(this.#fileSize, this.#pieces);
        const header = parseHeader(kept.read(0, HEADER_BYTES[64]).bytes);
        const table = programHeaderTable(header);
        const tableEnd = 'refused' in table ? 0 : Math.min(table.end, this.#fileSize);
        if (this.#position < tableEnd && tableEnd <= limits/* LIMITS */.b.elfBytes) {
            this.#planAt = tableEnd;
            this.#keepOnly([{ start: 0, end: tableEnd }]);
            return;
        }
        this.#planAt = Infinity;
        this.#keepOnly(planCapture(header, readProgramHeaders(header, kept, new Problems()), this.#fileSize));
    }
    /** Room for these ranges, with what is already there. */
    #keepOnly(ranges) {
        const before = this.#pieces;
        this.#pieces = mergeRanges(ranges, this.#fileSize).map(({ start, end }) => {
            const bytes = new Uint8Array(end - start);
            for (const piece of before) {
                const from = Math.max(start, piece.start);
                const to = Math.min(end, piece.start + piece.bytes.length, this.#position);
                if (from < to)
                    bytes.set(piece.bytes.subarray(from - piece.start, to - piece.start), from - start);
            }
            return { start, bytes };
        });
    }
}

;// CONCATENATED MODULE: ./lib/rootfs/keeps-text.js
/**
 * Which files' text is kept as a fact, because execve(2), the loaders or the runtime read them. Decided by base
 * name or the name of the directory, not by the whole path: symlinks may lead to them from anywhere.
 */

const TEXT = { as: 'text', maxBytes: limits/* LIMITS */.b.textBytes };
const CACHE = { as: 'latin1', maxBytes: limits/* LIMITS */.b.loaderCacheBytes };
const BY_NAME = new Map([
    ['passwd', TEXT], // USER by name
    ['group', TEXT], // USER's group by name
    ['ld.so.conf', TEXT], // what ldconfig would put into the cache
    ['ld.so.cache', CACHE], // glibc: where libraries are
    ['ld.so.preload', TEXT], // glibc: libraries for every program
    ['os-release', TEXT], // which distribution: for people, and for the CPU level it needs
]);
/** How ld.so.cache begins, in its new and its old format. */
const CACHE_MAGIC = /^(?:glibc-ld\.so\.cache1|ld\.so-1\.7\.0)/;
/** Null when nothing of the file needs to be kept but what {@link recognise} says. `head`: its first bytes, latin1. */
function keepsText(path, head) {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const known = BY_NAME.get(name);
    if (known !== undefined)
        return known;
    if (name.endsWith('.conf') && directoryName(path, slash) === 'ld.so.conf.d')
        return TEXT; // included by ld.so.conf
    if (name.startsWith('ld-musl-') && name.endsWith('.path'))
        return TEXT; // musl: where libraries are
    return CACHE_MAGIC.test(head) ? CACHE : null;
}
/** The database of installed packages that a path names, if any. */
function packageDatabaseOf(path) {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const directory = directoryName(path, slash);
    if (name === 'status' && directory === 'dpkg')
        return 'dpkg';
    if (directory === 'status.d' && !name.endsWith('.md5sums'))
        return 'dpkg';
    return name === 'installed' && directory === 'db' ? 'apk' : null;
}
function directoryName(path, slash) {
    return path.slice(path.lastIndexOf('/', slash - 1) + 1, Math.max(slash, 0));
}

;// CONCATENATED MODULE: ./lib/rootfs/package-database.js
const FIELDS = {
    dpkg: { name: 'Package: ', architecture: 'Architecture: ', status: 'Status: ' },
    apk: { name: 'P:', architecture: 'A:', status: null },
};
class PackageDatabaseReader {
    #database;
    #packages = [];
    #rest = '';
    #name = null;
    #architecture = null;
    #installed = true;
    constructor(database) {
        this.#database = database;
    }
    write(piece) {
        const lines = (this.#rest + piece.toString('latin1')).split('\n');
        // A line longer than any field that counts is cut: its start is all that is looked at.
        this.#rest = (lines.pop() ?? '').slice(0, 1_024);
        for (const line of lines)
            this.#line(line);
    }
    finish() {
        this.#line(this.#rest);
        this.#line('');
        return { kind: 'packages', database: this.#database, packages: this.#packages };
    }
    #line(line) {
        const fields = FIELDS[this.#database];
        if (line === '')
            this.#endParagraph();
        else if (line.startsWith(fields.name))
            this.#name = line.slice(fields.name.length).trim();
        else if (line.startsWith(fields.architecture)) {
            this.#architecture = line.slice(fields.architecture.length).trim();
        }
        else if (fields.status !== null && line.startsWith(fields.status)) {
            this.#installed = line.trimEnd().endsWith(' installed');
        }
    }
    #endParagraph() {
        if (this.#name !== null && this.#architecture !== null && this.#installed) {
            this.#packages.push({ name: this.#name, architecture: this.#architecture });
        }
        this.#name = null;
        this.#architecture = null;
        this.#installed = true;
    }
}

;// CONCATENATED MODULE: ./lib/rootfs/recognise.js
/** Bytes wanted for {@link recognise}: PE headers and tar's magic lie some hundred bytes in. */
const RECOGNISE_BYTES = 1_024;
const MACH_O_MACHINES = {
    7: 'i386',
    12: 'arm',
    18: 'ppc',
    0x1000007: 'x86-64',
    0x100000c: 'arm64',
    0x1000012: 'ppc64',
};
const PE_MACHINES = {
    0x14c: 'i386',
    0x1c0: 'arm',
    0x1c4: 'arm',
    0x8664: 'x86-64',
    0xaa64: 'arm64',
};
const MAGICS = [
    ['\0asm', 'wasm'],
    ['\x1f\x8b', 'gzip'],
    ['\xfd7zXZ\0', 'xz'],
    ['BZh', 'bzip2'],
    ['\x28\xb5\x2f\xfd', 'zstd'],
    ['PK\x03\x04', 'zip'],
    ['PK\x05\x06', 'zip'],
    ['!<arch>\n', 'ar'],
    ['!<thin>\n', 'ar'],
    ['BC\xc0\xde', 'llvm-bitcode'],
    ['\xde\xc0\x17\x0b', 'llvm-bitcode'],
    ['version https://git-lfs.github.com/spec/', 'git-lfs-pointer'],
    ['\xef\xbb\xbf#!', 'script-after-bom'],
    ['\xff\xfe#\0!\0', 'script-after-bom'],
    ['\xfe\xff\0#\0!', 'script-after-bom'],
];
/** `head` is at least {@link RECOGNISE_BYTES} long, or the whole file, and not empty. */
function recognise(head) {
    const text = head.toString('latin1');
    const byMagic = MAGICS.find(([magic]) => text.startsWith(magic));
    if (byMagic !== undefined)
        return { format: byMagic[1], detail: null };
    return machO(head) ?? portableExecutable(head) ?? pythonBytecode(head) ?? byText(text);
}
function machO(head) {
    if (head.length < 8)
        return null;
    const magic = head.readUInt32BE(0);
    if (magic === 0xcafebabe) {
        // Java's class files have the same magic and a version of at least 45 where fat Mach-O counts its parts.
        const count = head.readUInt32BE(4);
        if (count >= 43)
            return { format: 'java-class', detail: null };
        return { format: 'mach-o', detail: 'several machines' };
    }
    if (magic === 0xcafebabf)
        return { format: 'mach-o', detail: 'several machines' };
    if (magic === 0xfeedface || magic === 0xfeedfacf)
        return machOFor(head.readUInt32BE(4));
    const swapped = head.readUInt32LE(0);
    return swapped === 0xfeedface || swapped === 0xfeedfacf ? machOFor(head.readUInt32LE(4)) : null;
}
function machOFor(cpu) {
    return { format: 'mach-o', detail: MACH_O_MACHINES[cpu] ?? null };
}
function portableExecutable(head) {
    if (head.length < 64 || head.readUInt16BE(0) !== 0x4d5a)
        return null;
    const at = head.readUInt32LE(60);
    if (at + 6 > head.length)
        return at < 0x10000 && at % 4 === 0 ? { format: 'pe', detail: null } : null;
    if (head.readUInt32BE(at) !== 0x50450000)
        return null;
    return { format: 'pe', detail: PE_MACHINES[head.readUInt16LE(at + 4)] ?? null };
}
/** A version number of CPython, then CR LF. */
function pythonBytecode(head) {
    if (head.length < 16 || head.readUInt16BE(2) !== 0x0d0a)
        return null;
    const version = head.readUInt16LE(0);
    const known = (version >= 3_000 && version < 4_000) || (version >= 62_000 && version < 62_300);
    return known ? { format: 'python-bytecode', detail: null } : null;
}
function byText(text) {
    if (text.slice(257, 262) === 'ustar')
        return { format: 'tar', detail: null };
    if (/^\0+$/.test(text))
        return { format: 'zeros', detail: null };
    // eslint-disable-next-line no-control-regex
    if (/[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text))
        return { format: 'data', detail: null };
    if (/^\s+#!/.test(text))
        return { format: 'script-after-blank', detail: null };
    if (/^\s*<(?:!doctype html|html|head|body)\b/i.test(text))
        return { format: 'html', detail: null };
    if (/^\s*(?:\{\s*["}]|\[\s*[\]{["\d])/.test(text))
        return { format: 'json', detail: null };
    return { format: 'text', detail: null };
}

;// CONCATENATED MODULE: ./lib/layers/zip-directory.js
/** Not a zip archive, or one that is broken or made to mislead. */
class BadZip extends Error {
}
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const UNKNOWN_16 = 0xffff;
const UNKNOWN_32 = 0xffffffff;
/** @throws {BadZip} */
function* membersOfZip(archive, limit) {
    const { count, size, offset, at } = zip_directory_directoryOf(archive);
    // A program may stand before the archive: then all offsets are short by its length.
    const base = at - size - offset;
    if (count > limit)
        throw new BadZip(`more than ${limit} members`);
    if (base < 0)
        throw new BadZip('the directory lies outside');
    let entry = at - size;
    for (let index = 0; index < count; index++) {
        if (entry + CENTRAL_BYTES > at || archive.readUInt32LE(entry) !== CENTRAL)
            throw new BadZip('a broken directory');
        const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => archive.readUInt16LE(entry + field));
        const next = entry + CENTRAL_BYTES + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
        if (next > at)
            throw new BadZip('a broken directory');
        const extra = archive.subarray(entry + CENTRAL_BYTES + (nameBytes ?? 0), next - (commentBytes ?? 0));
        const wide = new Zip64Fields(extra);
        const unpacked = wide.or(archive.readUInt32LE(entry + 24));
        const packed = wide.or(archive.readUInt32LE(entry + 20));
        const local = base + wide.or(archive.readUInt32LE(entry + 42));
        yield {
            name: archive.toString('utf8', entry + CENTRAL_BYTES, entry + CENTRAL_BYTES + (nameBytes ?? 0)),
            method: archive.readUInt16LE(entry + 10),
            isEncrypted: (archive.readUInt16LE(entry + 8) & 1) !== 0,
            bytes: dataAt(archive, local, packed),
            size: unpacked,
        };
        entry = next;
    }
}
function dataAt(archive, local, packed) {
    if (local + LOCAL_BYTES > archive.length || archive.readUInt32LE(local) !== LOCAL)
        throw new BadZip('a lost member');
    const start = local + LOCAL_BYTES + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    return archive.subarray(Math.min(start, archive.length), Math.min(start + packed, archive.length));
}
function zip_directory_directoryOf(archive) {
    for (let end = archive.length - END_BYTES; end >= Math.max(0, archive.length - END_BYTES - LONGEST_COMMENT); end--) {
        if (archive.readUInt32LE(end) !== END ||
            end + END_BYTES + archive.readUInt16LE(end + 20) > archive.length)
            continue;
        const count = archive.readUInt16LE(end + 10);
        const size = archive.readUInt32LE(end + 12);
        const offset = archive.readUInt32LE(end + 16);
        const isWide = count === UNKNOWN_16 || size === UNKNOWN_32 || offset === UNKNOWN_32;
        const directory = (isWide ? wideDirectory(archive, end) : null) ?? { count, size, offset, at: end };
        if (directory.size > directory.at)
            throw new BadZip('the directory lies outside');
        return directory;
    }
    throw new BadZip('no end of a directory');
}
function wideDirectory(archive, end) {
    const locator = end - 20;
    if (locator < 0 || archive.readUInt32LE(locator) !== LOCATOR_64)
        return null;
    const at = Number(archive.readBigUInt64LE(locator + 8));
    if (at + 56 > locator || archive.readUInt32LE(at) !== END_64)
        throw new BadZip('a lost directory');
    const [count, size, offset] = [32, 40, 48].map((field) => Number(archive.readBigUInt64LE(at + field)));
    return { count: count ?? 0, size: size ?? 0, offset: offset ?? 0, at };
}
/** The sizes and the offset that did not fit into 32 bits, in order. */
class Zip64Fields {
    #values = [];
    constructor(extra) {
        for (let at = 0; at + 4 <= extra.length;) {
            const end = at + 4 + extra.readUInt16LE(at + 2);
            if (extra.readUInt16LE(at) === 1 && end <= extra.length) {
                for (let value = at + 4; value + 8 <= end; value += 8)
                    this.#values.push(extra.readBigUInt64LE(value));
            }
            at = end;
        }
    }
    or(narrow) {
        return narrow === UNKNOWN_32 ? Number(this.#values.shift() ?? UNKNOWN_32) : narrow;
    }
}

;// CONCATENATED MODULE: ./lib/layers/archived-natives.js
/**
 * Native libraries inside a jar, wheel or zip: for which machines they are, from the first bytes of each. Archives in
 * archives (fat jars) are opened too. Work and memory are bounded by limits: an archive that goes over them, is
 * encrypted or broken counts as not read, which reports say.
 */





/** Names that native code has; Go and Rust programs in wheels have none after the dot. */
const archived_natives_NATIVE = /\.(?:so(?:\.[\d.]+)?|jnilib|dylib|dll|node|pyd|exe)$|(?:^|\/)[^./]+$/i;
const ARCHIVE = /\.(?:jar|war|ear|zip|whl|aar)$/i;
/** An ELF header, and what tells Mach-O and PE. */
const archived_natives_HEAD_BYTES = 1_024;
/** Enough of deflate for a header, and no more than half a MiB of zeros. */
const FRONT_BYTES = 512;
const DEPTH = 3;
/** What all archives of one layer may cost together: a bomb of many small archives is one bomb. */
class ArchiveBudget {
    #looks;
    #bytes;
    constructor(looks = limits/* LIMITS */.b.archiveLooks, bytes = limits/* LIMITS */.b.archivesBytes) {
        this.#looks = looks;
        this.#bytes = bytes;
    }
    /** @throws {BadZip} */
    spendLook() {
        if (--this.#looks < 0)
            throw new BadZip('too many files that may be native in one layer');
    }
    /** @throws {BadZip} */
    spendBytes(bytes) {
        this.#bytes -= bytes;
        if (this.#bytes < 0)
            throw new BadZip('too much in packed archives of one layer');
    }
}
function nativesOf(archive, budget = new ArchiveBudget()) {
    const reading = new Reading(budget);
    reading.open(archive, '', DEPTH);
    return { natives: reading.natives, unread: reading.unread };
}
class Reading {
    natives = [];
    unread = null;
    #budget;
    #inflated = 0;
    constructor(budget) {
        this.#budget = budget;
    }
    open(archive, where, depth) {
        try {
            for (const member of membersOfZip(archive, limits/* LIMITS */.b.archiveMembers))
                this.#look(member, where, depth);
        }
        catch (error) {
            if (!(error instanceof BadZip))
                throw error;
            this.unread ??= error.message;
        }
    }
    #look(member, where, depth) {
        const isArchive = ARCHIVE.test(member.name);
        if (!isArchive && !archived_natives_NATIVE.test(member.name))
            return;
        if (member.isEncrypted) {
            this.unread ??= 'encrypted';
            return;
        }
        const path = `${where}${member.name}`.slice(0, limits/* LIMITS */.b.pathBytes);
        if (isArchive)
            return this.#openInner(member, path, depth);
        this.#budget.spendLook();
        const native = nativeOf(frontOf(member), path);
        if (native === null)
            return;
        if (this.natives.length >= limits/* LIMITS */.b.archiveNatives)
            throw new BadZip(`more than ${limits/* LIMITS */.b.archiveNatives} native files`);
        this.natives.push(native);
    }
    #openInner(member, path, depth) {
        this.#inflated += member.method === 0 ? 0 : member.size;
        if (depth <= 1 || this.#inflated > limits/* LIMITS */.b.archiveBytes)
            throw new BadZip('archives in archives without an end');
        if (member.method !== 0)
            this.#budget.spendBytes(member.size);
        const inner = member.method === 0 ? member.bytes : inflated(member.bytes, limits/* LIMITS */.b.archiveBytes, member.size);
        this.open(inner, `${path}!/`, depth - 1);
    }
}
function frontOf({ method, bytes }) {
    if (method === 0)
        return bytes.subarray(0, archived_natives_HEAD_BYTES);
    if (method !== 8)
        return Buffer.alloc(0);
    try {
        return (0,external_node_zlib_.inflateRawSync)(bytes.subarray(0, FRONT_BYTES), { finishFlush: external_node_zlib_.constants.Z_SYNC_FLUSH }).subarray(0, archived_natives_HEAD_BYTES);
    }
    catch {
        throw new BadZip('broken data');
    }
}
/** @throws {BadZip} when it is more than it claims, or than `limit` */
function inflated(bytes, limit, claimed) {
    try {
        return (0,external_node_zlib_.inflateRawSync)(bytes, { maxOutputLength: Math.max(1, Math.min(limit, claimed)) });
    }
    catch {
        throw new BadZip('broken data, or more of it than it says');
    }
}
function nativeOf(head, path) {
    if (head.length < 64)
        return null;
    if (head.readUInt32BE(0) === 0x7f454c46)
        return { path, elf: parseElf(head.subarray(0, 64), '') };
    const { format } = recognise(head);
    return format === 'mach-o' || format === 'pe' ? { path, elf: null } : null;
}

;// CONCATENATED MODULE: ./lib/layers/file-content.js
/**
 * Turns the bytes of one regular file after the other into content facts while they stream by. Nothing is kept of
 * a file but its facts: an ELF file keeps the ranges that a loader reads, a shell script or a well-known file its text.
 */









/** BINPRM_BUF_SIZE (include/uapi/linux/binfmts.h): what the kernel itself looks at. */
const file_content_HEAD_BYTES = 256;
const SHELL_LINE = /^#![^\n]*(?:sh\b|execline)/;
const EMPTY = { kind: 'empty' };
/** Where the files of one layer share what they may share. */
class FileContentReader {
    #archives;
    #budget = new ArchiveBudget();
    #path = '';
    #mode = 0;
    #size = 0;
    #head = Buffer.alloc(RECOGNISE_BYTES);
    #headFilled = 0;
    #reading = null;
    /** Equal facts are one object: most files of an image are plain data. */
    #shared = new Map();
    #textLeft = limits/* LIMITS */.b.layerTextBytes;
    constructor(archives = 'closed') {
        this.#archives = archives;
    }
    begin(path, mode, size) {
        this.#path = path;
        this.#mode = mode;
        this.#size = size;
        this.#headFilled = 0;
        this.#reading = null;
    }
    write(piece) {
        if (this.#reading !== null)
            return this.#reading.write(piece);
        const wanted = Math.min(this.#size, RECOGNISE_BYTES);
        if (this.#headFilled === 0 && piece.length >= wanted) {
            this.#reading = this.#readingFor(piece.subarray(0, wanted));
            return this.#reading.write(piece);
        }
        const taken = piece.copy(this.#head, this.#headFilled, 0, wanted - this.#headFilled);
        this.#headFilled += taken;
        if (this.#headFilled < wanted)
            return;
        const head = this.#head.subarray(0, wanted);
        this.#reading = this.#readingFor(head);
        this.#reading.write(head);
        if (taken < piece.length)
            this.#reading.write(piece.subarray(taken));
    }
    end() {
        return this.#reading?.finish() ?? EMPTY;
    }
    #readingFor(head) {
        if (head.length >= 4 && head.readUInt32BE(0) === 0x7f454c46)
            return new ElfReading(this.#size);
        const start = head.toString('latin1', 0, file_content_HEAD_BYTES);
        if (start.startsWith('#!')) {
            return new ScriptReading(start, this.#textFor(keepsText(this.#path, start) ?? shellText(start)));
        }
        const database = packageDatabaseOf(this.#path);
        if (database !== null)
            return new PackageDatabaseReader(database);
        const { format, detail } = recognise(head);
        const runnable = (this.#mode & 0o111) !== 0 || this.#path.endsWith('.sh');
        const isText = format === 'text' || format === 'json';
        const wanted = keepsText(this.#path, start) ?? (runnable && isText ? SHELL_TEXT : null);
        const pe = format === 'pe' ? portableExecutableOf(head) : null;
        const plain = { kind: 'other', format, detail, head: runnable ? start : '', text: null };
        const facts = pe === null ? plain : { ...plain, pe };
        const text = this.#textFor(wanted);
        if (text !== null)
            return new TextReading(facts, text);
        if (format === 'zip' && this.#archives === 'opened')
            return new ArchiveReading(facts, this.#size, this.#budget);
        return new NoReading(runnable ? facts : this.#share(facts));
    }
    #share(facts) {
        const { format, detail, pe } = facts;
        const key = [format, detail, pe?.machine, pe?.isLibrary, pe?.subsystem, pe?.isManaged].join('/');
        const known = this.#shared.get(key);
        if (known === undefined)
            this.#shared.set(key, facts);
        return known ?? facts;
    }
    /** Room for the whole text, or null when it is not wanted or would go over the limits. */
    #textFor(wanted) {
        if (wanted === null || this.#size > wanted.maxBytes || this.#size > this.#textLeft)
            return null;
        this.#textLeft -= this.#size;
        return new Text(this.#size, wanted.as);
    }
}
const SHELL_TEXT = { as: 'text', maxBytes: limits/* LIMITS */.b.textBytes };
function shellText(start) {
    return SHELL_LINE.test(start) ? SHELL_TEXT : null;
}
class Text {
    #bytes;
    #as;
    #filled = 0;
    constructor(size, as) {
        this.#bytes = Buffer.alloc(size);
        this.#as = as;
    }
    write(piece) {
        this.#filled += piece.copy(this.#bytes, this.#filled);
    }
    decode() {
        return this.#as === 'latin1' ? this.#bytes.toString('latin1') : (0,plain_text/* decodeBytes */.y)(this.#bytes);
    }
}
class ElfReading {
    #capture;
    #hash = (0,external_node_crypto_.createHash)('sha256');
    constructor(size) {
        this.#capture = startElf(size);
    }
    write(piece) {
        this.#hash.update(piece);
        this.#capture.write(piece);
    }
    finish() {
        return this.#capture.finish(this.#hash.digest('hex'));
    }
}
class ScriptReading {
    #head;
    #text;
    #crlfLines = 0;
    #afterCr = false;
    constructor(head, text) {
        this.#head = head;
        this.#text = text;
    }
    write(piece) {
        this.#text?.write(piece);
        if (this.#afterCr && piece[0] === 0x0a)
            this.#crlfLines++;
        for (let at = piece.indexOf('\r\n'); at !== -1; at = piece.indexOf('\r\n', at + 2))
            this.#crlfLines++;
        this.#afterCr = piece.at(-1) === 0x0d;
    }
    finish() {
        const text = this.#text?.decode() ?? null;
        return { kind: 'script', head: this.#head, text, crlfLines: this.#crlfLines };
    }
}
class TextReading {
    #facts;
    #text;
    constructor(facts, text) {
        this.#facts = facts;
        this.#text = text;
    }
    write(piece) {
        this.#text.write(piece);
    }
    finish() {
        return { ...this.#facts, text: this.#text.decode() };
    }
}
class ArchiveReading {
    #facts;
    #bytes;
    #budget;
    #filled = 0;
    constructor(facts, size, budget) {
        this.#facts = facts;
        this.#budget = budget;
        this.#bytes = size > limits/* LIMITS */.b.archiveBytes ? null : Buffer.alloc(size);
    }
    write(piece) {
        if (this.#bytes !== null)
            this.#filled += piece.copy(this.#bytes, this.#filled);
    }
    finish() {
        const archived = this.#bytes === null
            ? { natives: [], unread: `larger than ${limits/* LIMITS */.b.archiveBytes / 1024 ** 2} MiB` }
            : nativesOf(this.#bytes, this.#budget);
        return { ...this.#facts, archived };
    }
}
class NoReading {
    #facts;
    constructor(facts) {
        this.#facts = facts;
    }
    write() { }
    finish() {
        return this.#facts;
    }
}

;// CONCATENATED MODULE: ./lib/layers/entry-placer.js


/** Puts each entry of a layer's tar into the layer's tree, a file once its content is known. */
class EntryPlacer {
    #tree;
    #content;
    #onEntry;
    #entry = null;
    /** `onEntry` is told of every entry with its facts, and may throw. */
    constructor(where, archives, onEntry) {
        this.#onEntry = onEntry;
        this.#content = new FileContentReader(archives);
        this.#tree = new LayerTree(where);
    }
    begin(entry) {
        this.#entry = entry;
        if (entry.kind === 'file')
            this.#content.begin(entry.name, entry.mode, entry.size);
    }
    data(piece) {
        this.#content.write(piece);
    }
    end() {
        const entry = this.#entry;
        if (entry === null)
            return;
        const { kind, name } = entry;
        if (kind === 'hard-link')
            this.#tree.link(name, entry.linkName, entry);
        else if (kind === 'global-header')
            this.#tree.globalHeader(name);
        else if (kind === 'character-device' && entry.deviceMajor === 0 && entry.deviceMinor === 0) {
            this.#tree.placeWhiteoutDevice(name);
        }
        else {
            const inode = this.#inode(entry, kind);
            this.#onEntry(inode);
            this.#tree.place(name, inode);
        }
    }
    placed() {
        const { entries, whiteouts, opaques } = this.#tree;
        const notes = this.#tree.notes();
        return notes.length === 0 ? { entries, whiteouts, opaques } : { entries, whiteouts, opaques, notes };
    }
    #inode(entry, type) {
        const { mode, uid, gid, size, capabilities } = entry;
        if (type === 'symlink')
            return { type, mode: 0o777, uid, gid, size, target: entry.linkName };
        if (type !== 'file')
            return { type, mode, uid, gid, size };
        const content = this.#content.end();
        if (capabilities !== null)
            return { type, mode, uid, gid, size, content, capabilities };
        return { type, mode, uid, gid, size, content };
    }
}

;// CONCATENATED MODULE: ./lib/layers/source-bytes.js
/**
 * The stored bytes of a layer on their way in, counted. Whoever iterates over them may stop early without closing
 * the source, so that the rest can still be drained: what checks size and digest sits below and wants to see it all.
 */
class SourceBytes {
    #iterator;
    /** Bytes that came in so far. */
    size = 0;
    constructor(bytes) {
        this.#iterator = bytes[Symbol.asyncIterator]();
    }
    [Symbol.asyncIterator]() {
        return { next: () => this.#next() };
    }
    async #next() {
        const result = await this.#iterator.next();
        if (result.done !== true)
            this.size += result.value.length;
        return result;
    }
    /** @throws what the source throws */
    async drain() {
        while ((await this.#next()).done !== true)
            ;
    }
    /** Not waited for: a source that hangs must not hold up a failure. */
    close() {
        this.#iterator.return?.().catch(() => undefined);
    }
}

;// CONCATENATED MODULE: ./lib/rootfs/file-capabilities.js
/** The extended attribute `security.capability`, as setxattr(2) takes it (security/commoncap.c, cap_convert_nscap). */
const REVISION_2 = { magic: 0x02000000, bytes: 20 };
const REVISION_3 = { magic: 0x03000000, bytes: 24 };
const file_capabilities_EFFECTIVE = 1;
/**
 * `ignored`: the capabilities are for a user namespace whose root is another uid. `refused`: the kernel takes no such
 * value, so that engines cannot unpack the file.
 */
function parseFileCapabilities(value) {
    if (value.length < REVISION_2.bytes)
        return 'refused';
    const magic = value.readUInt32LE(0);
    const revision = [REVISION_2, REVISION_3].find((known) => known.magic === (magic & ~file_capabilities_EFFECTIVE) >>> 0);
    if (revision?.bytes !== value.length)
        return 'refused';
    if (revision === REVISION_3 && value.readUInt32LE(20) !== 0)
        return 'ignored';
    const permitted = BigInt(value.readUInt32LE(4)) | (BigInt(value.readUInt32LE(12)) << 32n);
    return { permitted, effective: (magic & file_capabilities_EFFECTIVE) !== 0 };
}

;// CONCATENATED MODULE: ./lib/layers/tar-header.js
/**
 * One 512-byte header block of a tar archive, read as Go's archive/tar reads it, because containerd, docker and
 * podman all unpack with it: v7, ustar, star and GNU; octal and base-256 numbers; signed and unsigned checksums.
 */

const BLOCK = 512;
/** What makes a block unreadable; the walker names the place and throws the Failure. */
class BadHeader extends Error {
    name = 'BadHeader';
}
/** @throws {BadHeader} */
function parseTarHeader(block) {
    const dialect = dialectOf(block);
    const name = textAt(block, 0, 100);
    parseNumeric(block, 136, 148); // mtime: not kept, but a broken one makes Go refuse the archive
    const isV7 = dialect === 'v7';
    const prefix = prefixOf(block, dialect);
    return {
        flag: String.fromCharCode(block[156] ?? 0),
        name: prefix === '' ? name : `${prefix}/${name}`,
        linkName: textAt(block, 157, 257),
        mode: parseNumeric(block, 100, 108),
        uid: parseNumeric(block, 108, 116),
        gid: parseNumeric(block, 116, 124),
        size: parseNumeric(block, 124, 136),
        deviceMajor: isV7 ? 0 : parseNumeric(block, 329, 337),
        deviceMinor: isV7 ? 0 : parseNumeric(block, 337, 345),
    };
}
function isZeroBlock(block) {
    return block[0] === 0 && block.every((byte) => byte === 0);
}
function dialectOf(block) {
    const claimed = parseOctal(block, 148, 156);
    if (claimed !== unsignedSum(block) && claimed !== signedSum(block)) {
        throw new BadHeader('a header whose checksum does not match');
    }
    const magic = block.toString('latin1', 257, 265);
    if (magic.startsWith('ustar\0'))
        return block.toString('latin1', 508, 512) === 'tar\0' ? 'star' : 'ustar';
    return magic === 'ustar  \0' ? 'gnu' : 'v7';
}
/** The sum of all bytes with the checksum field taken as spaces. */
function unsignedSum(block) {
    let sum = 0;
    for (let at = 0; at < BLOCK; at++)
        sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
    return sum;
}
/** The same over signed bytes, as old Sun tars wrote it. */
function signedSum(block) {
    let sum = 0;
    for (let at = 0; at < BLOCK; at++)
        sum += at >= 148 && at < 156 ? 32 : block.readInt8(at);
    return sum;
}
function prefixOf(block, dialect) {
    if (dialect === 'ustar')
        return textAt(block, 345, 500);
    if (dialect === 'star') {
        parseNumeric(block, 476, 488);
        parseNumeric(block, 488, 500);
        return textAt(block, 345, 476);
    }
    return dialect === 'gnu' ? misplacedPrefixOf(block) : '';
}
/**
 * GNU headers have access and change times where ustar has the prefix. Go before 1.8 wrote a prefix there all the
 * same (golang/go#12594), and Go still reads those: when the times are not numbers and the prefix is ASCII.
 */
function misplacedPrefixOf(block) {
    try {
        if (block[345] !== 0)
            parseNumeric(block, 345, 357);
        if (block[357] !== 0)
            parseNumeric(block, 357, 369);
        return '';
    }
    catch {
        const prefix = textAt(block, 345, 500);
        return Buffer.byteLength(prefix) === prefix.length ? prefix : '';
    }
}
/** Up to the first NUL. */
function textAt(block, start, end) {
    let stop = start;
    let ascii = true;
    for (; stop < end; stop++) {
        const byte = block[stop] ?? 0;
        if (byte === 0)
            break;
        if (byte >= 0x80)
            ascii = false;
    }
    return ascii ? block.toString('latin1', start, stop) : (0,plain_text/* decodeBytes */.y)(block.subarray(start, stop));
}
/** Octal, or base-256 when the first bit is set (two's complement, most significant byte first). */
function parseNumeric(block, start, end) {
    const first = block[start] ?? 0;
    if ((first & 0x80) === 0)
        return parseOctal(block, start, end);
    const negative = (first & 0x40) !== 0;
    let value = 0;
    for (let at = start; at < end; at++) {
        const byte = at === start ? first & 0x7f : (block[at] ?? 0);
        value = value * 256 + (negative ? (at === start ? 0x7f : 0xff) - byte : byte);
        if (value > Number.MAX_SAFE_INTEGER)
            throw new BadHeader('a number that is too large');
    }
    return negative ? -value - 1 : value;
}
/** Digits between spaces and NULs; nothing at all is 0; what follows a NUL is ignored. */
function parseOctal(block, start, end) {
    let at = start;
    while (at < end && tar_header_isBlank(block[at]))
        at++;
    let value = 0;
    for (; at < end; at++) {
        const byte = block[at] ?? 0;
        if (byte === 0)
            return value;
        if (byte === 0x20)
            break;
        if (byte < 0x30 || byte > 0x37)
            throw new BadHeader('a header field that is not an octal number');
        value = value * 8 + (byte - 0x30);
    }
    for (; at < end; at++) {
        if (!tar_header_isBlank(block[at]))
            throw new BadHeader('a header field that is not an octal number');
    }
    return value;
}
function tar_header_isBlank(byte) {
    return byte === 0x20 || byte === 0;
}

;// CONCATENATED MODULE: ./lib/layers/pax.js
/**
 * The records of a PAX extended header (POSIX.1-2017 pax, "pax Header Block"), `LENGTH KEY=VALUE\n` each. Read as
 * strictly as Go does, and stricter where readers disagree: a key that comes twice is refused.
 */



const pax_NEWLINE = 0x0a;
const SPACE = 0x20;
const EQUALS = 0x3d;
const XATTR = 'SCHILY.xattr.';
const SIGNED = /^[+-]?\d{1,19}$/;
const SIZE = /^\+?\d{1,19}$/;
const TIME = /^[+-]?\d{1,19}(?:\.\d*)?$/;
/** @throws {BadHeader} */
function parsePax(bytes) {
    const changes = {};
    const seen = new Set();
    for (let at = 0; at < bytes.length;) {
        const { key, value, next } = recordAt(bytes, at);
        at = next;
        if (key.startsWith('GNU.sparse.'))
            changes.isSparse = true;
        else if (seen.has(key))
            throw new BadHeader(`an extended header that sets ${key} twice`);
        seen.add(key);
        if (value.length === 0)
            continue; // Go keeps the plain header's value
        if (key === 'path')
            changes.path = pax_textOf(key, value);
        else if (key === 'linkpath')
            changes.linkPath = pax_textOf(key, value);
        else if (key === 'uname' || key === 'gname')
            pax_textOf(key, value);
        else if (key === 'size')
            changes.size = pax_numberOf(key, value, SIZE);
        else if (key === 'uid')
            changes.uid = pax_numberOf(key, value, SIGNED);
        else if (key === 'gid')
            changes.gid = pax_numberOf(key, value, SIGNED);
        else if (key === 'mtime' || key === 'atime' || key === 'ctime')
            pax_numberOf(key, value, TIME);
        else if (key === `${XATTR}security.capability`) {
            const capabilities = parseFileCapabilities(value);
            if (capabilities === 'refused')
                throw new BadHeader(`a ${key} that no kernel takes`);
            if (capabilities !== 'ignored')
                changes.capabilities = capabilities;
        }
        else if (/^SCHILY\.xattr\.(?:trusted|user)\.overlay\./.test(key)) {
            changes.overlayAttribute = key.slice(XATTR.length);
        }
        else if (key.startsWith(`${XATTR}user.`))
            changes.userAttribute = key.slice(XATTR.length);
    }
    return changes;
}
function recordAt(bytes, start) {
    const space = bytes.indexOf(SPACE, start);
    const digits = space === -1 ? '' : bytes.toString('latin1', start, Math.min(space, start + 20));
    const next = /^\+?\d{1,10}$/.test(digits) ? start + Number(digits) : 0;
    const equals = bytes.indexOf(EQUALS, space + 1);
    const fits = next > space + 1 && next <= bytes.length && bytes[next - 1] === pax_NEWLINE;
    if (!fits || equals === -1 || equals >= next - 1 || equals === space + 1) {
        throw new BadHeader('an extended header whose record is malformed');
    }
    const key = bytes.toString('latin1', space + 1, equals);
    if (key.includes('\0'))
        throw new BadHeader('an extended header with a NUL in a key');
    return { key, value: bytes.subarray(equals + 1, next - 1), next };
}
function pax_textOf(key, value) {
    if (value.includes(0))
        throw new BadHeader(`an extended header with a NUL in ${key}`);
    return (0,plain_text/* decodeBytes */.y)(value);
}
function pax_numberOf(key, value, shape) {
    const text = value.toString('latin1', 0, 64);
    const number = shape.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER) {
        throw new BadHeader(`an extended header whose ${key} is not a number`);
    }
    return number;
}

;// CONCATENATED MODULE: ./lib/layers/untar.js
/**
 * A streaming tar walker: bytes in, entries and their data out, nothing kept. It accepts what Go's archive/tar
 * accepts (docker, containerd and podman unpack with it) and refuses, as E_TAR, what readers disagree about. Sparse
 * entries are refused as E_SPARSE. What follows the end-of-archive blocks is not looked at.
 */





const untar_KINDS = {
    '0': 'file',
    '1': 'hard-link',
    '2': 'symlink',
    '3': 'character-device',
    '4': 'block-device',
    '5': 'directory',
    '6': 'fifo',
};
const untar_REBUILD = 'let docker, buildah or another builder of images write the layer again';
class TarReader {
    #where;
    #sink;
    #block = Buffer.alloc(BLOCK);
    #filled = 0;
    #state = 'header';
    /** Bytes left of the data or padding, and the padding that follows the data. */
    #left = 0;
    #padding = 0;
    #entries = 0;
    #special = null;
    #pax = null;
    #longName = null;
    #longLink = null;
    #last = '';
    /** `where` begins every message: `layer sha256:…`. */
    constructor(where, sink) {
        this.#where = where;
        this.#sink = sink;
    }
    /** @throws {Failure} E_TAR, E_SPARSE, E_LIMIT */
    write(chunk) {
        try {
            for (let at = 0; at < chunk.length && this.#state !== 'done';) {
                if (this.#state === 'header' || this.#state === 'second-zero')
                    at = this.#readBlock(chunk, at);
                else
                    at = this.#readBody(chunk, at);
            }
        }
        catch (error) {
            throw error instanceof BadHeader ? this.#failure('E_TAR', error.message) : error;
        }
    }
    /** The bytes are over. @throws {Failure} E_TAR when that is in the middle of something. */
    end() {
        const between = this.#state === 'header' || this.#state === 'second-zero';
        if (this.#state !== 'done' && (!between || this.#filled > 0)) {
            throw this.#failure('E_TAR', 'the tar ends in the middle of an entry', 'build and push the image again');
        }
        if (this.#pax !== null || this.#longName !== null || this.#longLink !== null) {
            throw this.#failure('E_TAR', 'the tar ends after an extended header');
        }
    }
    #readBlock(chunk, at) {
        if (this.#filled === 0 && chunk.length - at >= BLOCK) {
            this.#takeBlock(chunk.subarray(at, at + BLOCK));
            return at + BLOCK;
        }
        const taken = Math.min(BLOCK - this.#filled, chunk.length - at);
        chunk.copy(this.#block, this.#filled, at, at + taken);
        this.#filled += taken;
        if (this.#filled === BLOCK) {
            this.#filled = 0;
            this.#takeBlock(this.#block);
        }
        return at + taken;
    }
    #takeBlock(block) {
        if (isZeroBlock(block)) {
            this.#state = this.#state === 'second-zero' ? 'done' : 'second-zero';
            return;
        }
        if (this.#state === 'second-zero')
            throw new BadHeader('an entry follows a lone zero block');
        const header = parseTarHeader(block);
        if (header.size < 0)
            throw new BadHeader('an entry with a negative size');
        if ('xgLK'.includes(header.flag))
            this.#beginSpecial(header);
        else
            this.#beginEntry(header);
    }
    #readBody(chunk, at) {
        const end = Math.min(chunk.length, at + this.#left);
        if (this.#state === 'data')
            this.#sink.data(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
        else if (this.#special !== null && this.#state === 'special') {
            this.#special.filled += chunk.copy(this.#special.bytes, this.#special.filled, at, end);
        }
        this.#left -= end - at;
        if (this.#left === 0)
            this.#endBody();
        return end;
    }
    #endBody() {
        if (this.#state === 'data')
            this.#sink.end();
        else if (this.#state === 'special')
            this.#endSpecial();
        this.#left = this.#state === 'padding' ? 0 : this.#padding;
        this.#state = this.#left > 0 ? 'padding' : 'header';
    }
    #expect(state, size) {
        this.#state = state;
        this.#left = size;
        this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
        if (size === 0)
            this.#endBody();
    }
    #beginSpecial(header) {
        if (header.size > limits/* LIMITS */.b.paxBytes) {
            throw this.#failure('E_LIMIT', `an extended header of ${header.size} bytes (the limit is ${limits/* LIMITS */.b.paxBytes})`);
        }
        this.#special = { flag: header.flag, header, bytes: Buffer.alloc(header.size), filled: 0 };
        this.#expect('special', header.size);
    }
    #endSpecial() {
        const special = this.#special;
        if (special === null)
            return;
        this.#special = null;
        if (special.flag === 'x') {
            if (this.#pax !== null)
                throw new BadHeader('two extended headers before one entry');
            this.#pax = parsePax(special.bytes);
        }
        else if (special.flag === 'g')
            this.#global(special.header, special.bytes);
        else {
            const nul = special.bytes.indexOf(0);
            const text = (0,plain_text/* decodeBytes */.y)(nul === -1 ? special.bytes : special.bytes.subarray(0, nul));
            const known = special.flag === 'L' ? this.#longName : this.#longLink;
            if (known !== null)
                throw new BadHeader('two long names before one entry');
            if (special.flag === 'L')
                this.#longName = text;
            else
                this.#longLink = text;
        }
    }
    /** Go hands a global header to the unpacker and applies nothing of it; others apply it to all that follows. */
    #global(header, bytes) {
        const changes = parsePax(bytes);
        if (this.#pax !== null || this.#longName !== null || this.#longLink !== null) {
            throw new BadHeader('a global extended header between an extended header and its entry');
        }
        if (Object.keys(changes).length > 0) {
            throw new BadHeader(`a global extended header that sets ${Object.keys(changes).join(', ')}`);
        }
        this.#sink.begin({ ...entryOf(header, 'global-header', null), name: header.name });
        this.#sink.end();
    }
    #beginEntry(header) {
        const pax = this.#pax;
        const both = (pax?.path !== undefined && this.#longName !== null) ||
            (pax?.linkPath !== undefined && this.#longLink !== null);
        if (both)
            throw new BadHeader('an entry with both a PAX and a GNU long name');
        const name = pax?.path ?? (this.#longName || header.name);
        this.#last = name;
        if (++this.#entries > limits/* LIMITS */.b.layerEntries) {
            throw this.#failure('E_LIMIT', `more than ${limits/* LIMITS */.b.layerEntries} entries`);
        }
        if (header.flag === 'S' || pax?.isSparse) {
            throw this.#failure('E_SPARSE', 'a sparse entry, which container engines refuse or read differently', 'write the layer without sparse entries (tar without -S)');
        }
        if (pax?.overlayAttribute !== undefined) {
            throw new BadHeader(`the extended attribute ${pax.overlayAttribute}, which only some engines set`);
        }
        const kind = header.flag === '\0' ? (name.endsWith('/') ? 'directory' : 'file') : untar_KINDS[header.flag];
        if (kind === undefined) {
            throw new BadHeader(`an entry of type ${JSON.stringify(header.flag)}, which container engines refuse`);
        }
        if (pax?.userAttribute !== undefined && kind !== 'file' && kind !== 'directory') {
            throw new BadHeader(`the extended attribute ${pax.userAttribute} on a ${kind}, which Linux refuses`);
        }
        const linkName = pax?.linkPath ?? (this.#longLink || header.linkName);
        const size = kind === 'file' ? (pax?.size ?? header.size) : 0;
        this.#pax = null;
        this.#longName = null;
        this.#longLink = null;
        this.#sink.begin({ ...entryOf(header, kind, pax), name, linkName, size });
        this.#expect('data', size);
    }
    #failure(code, what, hint = untar_REBUILD) {
        const after = this.#last === '' ? '' : ` (at or after the entry "${this.#last.slice(0, 200)}")`;
        return new base_failure/* Failure */.HR(code, `${this.#where}: ${what}${after}`, hint);
    }
}
function entryOf(header, kind, pax) {
    return {
        kind,
        name: header.name,
        linkName: header.linkName,
        mode: header.mode & 0o7777,
        uid: ownerOf(pax?.uid ?? header.uid),
        gid: ownerOf(pax?.gid ?? header.gid),
        size: 0,
        deviceMajor: header.deviceMajor,
        deviceMinor: header.deviceMinor,
        capabilities: pax?.capabilities ?? null,
    };
}
/** As chown(2) takes it: 32 bits, of which the highest number means "leave it as it is". */
function ownerOf(id) {
    const owner = id >>> 0;
    if (owner === 0xffffffff)
        throw new BadHeader('an owner of -1, which stands for no change');
    return owner;
}

;// CONCATENATED MODULE: ./lib/layers/list-layer.js
/**
 * THE WALK of a layer: bytes -> uncompressed -> tar entries -> placed as an unpacker places them -> facts. Follows
 * image-spec layer.md and what containerd, docker and containers-storage do; where they disagree the layer is
 * refused. Size and digest of the compressed bytes are checked by whoever hands the bytes in; the diffID here.
 */









/**
 * Reads the bytes to their end. `budget` is shared by all layers of an image.
 * @throws {Failure} E_DIGEST (diffID), E_COMPRESSION, E_TRAILING_DATA, E_TAR, E_SPARSE, E_LIMIT, E_UNSUPPORTED, and what the source throws
 */
async function listLayer(layer, bytes, budget = new ReadBudget(), archives = 'closed') {
    const source = new SourceBytes(bytes);
    try {
        return await listSource(layer, source, budget, archives);
    }
    catch (error) {
        // Bytes that are not those of the digest explain every other failure: let whoever checks that see them all.
        if (error instanceof base_failure/* Failure */.HR && error.code !== 'E_LIMIT')
            await source.drain();
        throw error;
    }
    finally {
        source.close();
    }
}
async function listSource({ descriptor, diffId }, source, budget, archives) {
    const { digest, mediaType } = descriptor;
    const where = `layer ${(0,oci_digest/* shortDigest */.VK)(digest)}`;
    const placer = new EntryPlacer(where, archives, (entry) => budget.keep(weightOf(entry), where));
    const tar = new TarReader(where, placer);
    const hash = (0,external_node_crypto_.createHash)((0,oci_digest/* algorithmOf */.Hy)(diffId));
    let uncompressedSize = 0;
    for await (const piece of decompress(source, mediaType, where)) {
        uncompressedSize += piece.length;
        budget.spend(piece.length, where);
        checkExpansion(uncompressedSize, source.size, where);
        hash.update(piece);
        tar.write(piece);
    }
    const found = `${(0,oci_digest/* algorithmOf */.Hy)(diffId)}:${hash.digest('hex')}`;
    if (found !== diffId)
        throw wrongDiffId(where, diffId, found);
    tar.end();
    const placed = placer.placed();
    budget.hold(placed.entries.size, where);
    return { digest, diffId, size: source.size, uncompressedSize, ...placed };
}
function wrongDiffId(where, expected, found) {
    return new base_failure/* Failure */.HR('E_DIGEST', `${where}: uncompressed it is ${(0,oci_digest/* shortDigest */.VK)(found)}, but the image's config says ${(0,oci_digest/* shortDigest */.VK)(expected)}`, 'push the image again: engines refuse to unpack this layer');
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
;// CONCATENATED MODULE: ./lib/layers/stored-listing.js
/**
 * A layer listing as bytes, to be kept between runs. Who can write where they are kept could forge a verdict, so
 * nothing read back is believed but what the same version sealed for the same layer: the seal is an HMAC, secret
 * when a key is given (a repository's secret), otherwise a checksum against accidents.
 */




const stored_listing_MARK = Buffer.from('exec-format-guard layer listing\n');
const SEAL_BYTES = 32;
/** Facts of a very large layer; more is not worth keeping. */
const MAX_BYTES = 512 * 1024 * 1024;
const FAST = { params: { [external_node_zlib_.constants.ZSTD_c_compressionLevel]: 1 } };
/** Null for a listing that is too large to be kept. */
function formatListing(listing, seal) {
    const plain = (0,external_node_v8_.serialize)(listing);
    if (plain.length > MAX_BYTES)
        return null;
    const body = (0,external_node_zlib_.zstdCompressSync)(plain, FAST);
    return Buffer.concat([stored_listing_MARK, sealOf(body, listing.digest, listing.diffId, seal), body]);
}
/** Null for whatever is not exactly what {@link formatListing} made for this layer under this seal. */
function parseListing(bytes, layer, seal) {
    const at = stored_listing_MARK.length + SEAL_BYTES;
    if (bytes.length <= at || !bytes.subarray(0, stored_listing_MARK.length).equals(stored_listing_MARK))
        return null;
    const body = bytes.subarray(at);
    const expected = sealOf(body, layer.descriptor.digest, layer.diffId, seal);
    if (!(0,external_node_crypto_.timingSafeEqual)(bytes.subarray(stored_listing_MARK.length, at), expected))
        return null;
    try {
        const value = (0,external_node_v8_.deserialize)((0,external_node_zlib_.zstdDecompressSync)(body, { maxOutputLength: MAX_BYTES }));
        return isListing(value) && stored_listing_isOf(value, layer) ? value : null;
    }
    catch {
        return null;
    }
}
function sealOf(body, digest, diffId, { version, key }) {
    const about = JSON.stringify([version, process.versions.v8, digest, diffId]);
    return (0,external_node_crypto_.createHmac)('sha256', key).update(about).update('\n').update(body).digest();
}
function stored_listing_isOf(listing, { descriptor, diffId }) {
    const { digest, size } = descriptor;
    return listing.digest === digest && listing.diffId === diffId && listing.size === size;
}
/** The outer shape; what is inside an entry's content is as the sealer wrote it. */
function isListing(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    const { entries, whiteouts, opaques } = value;
    if (!external_node_util_.types.isMap(entries) || !isPathSet(whiteouts) || !isPathSet(opaques))
        return false;
    for (const [path, entry] of entries)
        if (!isPath(path) || !isEntry(entry))
            return false;
    return true;
}
function isPathSet(value) {
    return external_node_util_.types.isSet(value) && [...value].every(isPath);
}
function isPath(value) {
    return typeof value === 'string' && value.startsWith('/');
}
function isEntry(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    const { type, mode, uid, gid, size } = value;
    return typeof type === 'string' && [mode, uid, gid, size].every(Number.isSafeInteger);
}

;// CONCATENATED MODULE: ./lib/layers/read-layer.js
/**
 * A layer's listing, kept between runs where there is a place for it. A layer whose listing is known is not read
 * again, but it must still be there: an image that lost a layer cannot start anywhere.
 */





/** Smaller layers are read faster than they are looked up. */
const WORTH_KEEPING = 256 * 1024;
/** `open` gives the layer's stored bytes, checked for size and digest. @throws {Failure} as {@link listLayer} does */
async function readLayer(layer, open, kept, budget = new ReadBudget(), archives = 'closed') {
    const { digest, size } = layer.descriptor;
    if (kept === null || size < WORTH_KEEPING)
        return listLayer(layer, open(), budget, archives);
    const { store } = kept;
    // What was listed with closed archives must not stand for what is asked for.
    const seal = { ...kept.seal, version: `${kept.seal.version} ${archives}` };
    const name = digest.replace(':', '-');
    const stored = await store.get(name);
    const known = stored === null ? null : parseListing(stored, layer, seal);
    if (known !== null) {
        await expectPresent(open());
        budget.spend(known.uncompressedSize, `layer ${(0,oci_digest/* shortDigest */.VK)(digest)}`);
        budget.hold(known.entries.size, `layer ${(0,oci_digest/* shortDigest */.VK)(digest)}`);
        for (const entry of new Set(known.entries.values()))
            budget.keep(weightOf(entry), `layer ${(0,oci_digest/* shortDigest */.VK)(digest)}`);
        return known;
    }
    const listing = await listLayer(layer, open(), budget, archives);
    const bytes = formatListing(listing, seal);
    if (bytes !== null)
        await store.put(name, bytes);
    return listing;
}
/** The first bytes are enough. @throws what the source throws */
async function expectPresent(bytes) {
    const iterator = bytes[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
}

;// CONCATENATED MODULE: ./lib/oci/reference.js
/**
 * Where an image is, as people write it: docker's reference grammar (distribution/reference) for registries,
 * skopeo's words for files and the engine, and buildx's and Scout's spellings of the same. A text that does not
 * fit never reaches a URL or a path.
 */


const SCHEMES = [
    ['docker://', 'registry'],
    ['registry://', 'registry'],
    ['image://', 'registry'],
    ['oci-layout://', 'oci'],
    ['oci-dir://', 'oci'],
    ['archive://', 'docker-archive'],
    ['local://', 'docker-daemon'],
    ['oci-layout:', 'oci'],
    ['oci-dir:', 'oci'],
    ['oci:', 'oci'],
    ['oci-archive:', 'oci-archive'],
    ['docker-archive:', 'docker-archive'],
    ['docker-daemon:', 'docker-daemon'],
];
/** Words of skopeo, Scout and podman that name no image we can read; they look like `host:tag` otherwise. */
const FOREIGN_SCHEME = /^(?:https?|fs|sbom|dir|podman|docker|containerd|containers-storage|ostree|sif|tarball):/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::(?<port>[0-9]{1,5}))?$/i;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const INNER_NAME = /^[A-Za-z0-9]+(?:[-._:@+/]+[A-Za-z0-9]+)*$/;
const LONGEST_NAME = 255;
const DOCKER_HUB = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
/** @throws {Failure} E_REFERENCE */
function parseReference(text) {
    if (text.trim() === '')
        throw refuse(text, 'is empty');
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text))
        throw refuse(text, 'holds a control character');
    const [prefix, scheme] = SCHEMES.find(([prefix]) => text.startsWith(prefix)) ?? ['', 'registry'];
    const rest = text.slice(prefix.length);
    if (scheme === 'docker-daemon')
        return { scheme, text, name: engineName(rest, text) };
    if (scheme !== 'registry')
        return { scheme, text, ...parsePath(rest, text) };
    const foreign = FOREIGN_SCHEME.exec(rest);
    if (foreign)
        throw refuse(text, `begins with ${foreign[0]}, which is not a place we read images from`);
    return { scheme, text, ...parseName(rest, text) };
}
/** `ghcr.io/acme/shop:1.4@sha256:…` without its scheme. */
function parseName(rest, text) {
    const { name: tagged, digest } = splitDigest(rest, text);
    const colon = tagged.lastIndexOf(':');
    const hasTag = colon > tagged.lastIndexOf('/');
    const name = hasTag ? tagged.slice(0, colon) : tagged;
    const tag = hasTag ? tagged.slice(colon + 1) : undefined;
    if (tag !== undefined && !TAG.test(tag))
        throw refuse(text, 'has a tag that is no tag');
    if (/^[0-9a-f]{64}$/.test(name))
        throw refuse(text, 'is 64 hexadecimal digits, which docker takes for an image ID');
    const { registry, repository } = splitHost(name);
    const host = HOST.exec(registry);
    if (!host || Number(host.groups?.['port'] ?? 0) > 65_535)
        throw refuse(text, 'has no host before the first /');
    if (!repository.split('/').every((component) => COMPONENT.test(component))) {
        throw refuse(text, /[A-Z]/.test(repository) ? 'has upper-case letters in its name' : 'is not an image name');
    }
    if (registry.length + 1 + repository.length > LONGEST_NAME)
        throw refuse(text, `is longer than ${LONGEST_NAME}`);
    const chosen = tag ?? (digest === undefined ? 'latest' : undefined);
    return { registry, repository, ...(chosen !== undefined && { tag: chosen }), ...(digest && { digest }) };
}
/** The first component is a host when it could not be anything else: it has a dot, a port, or is localhost. */
function splitHost(name) {
    const slash = name.indexOf('/');
    const first = name.slice(0, Math.max(slash, 0));
    const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
    const registry = isHost ? first.toLowerCase() : 'docker.io';
    const repository = isHost ? name.slice(slash + 1) : name;
    if (!DOCKER_HUB.has(registry))
        return { registry, repository };
    return {
        registry: 'docker.io',
        repository: repository.includes('/') ? repository : `library/${repository}`,
    };
}
/** As skopeo splits it: the path ends at the first colon. */
function parsePath(rest, text) {
    const { name, digest } = splitDigest(rest, text);
    const colon = name.indexOf(':');
    const path = colon === -1 ? name : name.slice(0, colon);
    const tag = colon === -1 ? '' : name.slice(colon + 1);
    if (path === '')
        throw refuse(text, 'names no file or folder');
    if (tag !== '' && !INNER_NAME.test(tag))
        throw refuse(text, 'has an image name after the path that is none');
    return { path, ...(tag !== '' && { tag }), ...(digest && { digest }) };
}
function splitDigest(rest, text) {
    const at = rest.indexOf('@');
    if (at === -1)
        return { name: rest };
    const digest = rest.slice(at + 1);
    if (!(0,oci_digest/* isDigest */.Bc)(digest))
        throw refuse(text, 'has something after @ that is not a sha256 or sha512 digest');
    return { name: rest.slice(0, at), digest };
}
/** A name the engine knows, or an image ID. It ends up as an argument of the docker command. */
function engineName(rest, text) {
    if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(rest))
        return rest;
    parseName(rest, text);
    return rest;
}
function refuse(text, why) {
    return new base_failure/* Failure */.HR('E_REFERENCE', `${JSON.stringify(text.slice(0, 300))} ${why}`, 'write registry/name:tag, name@sha256:…, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME] or docker-daemon:NAME');
}

;// CONCATENATED MODULE: ./lib/producers/as-configuration.js

/** The same work, where a broken document is not the image's fault but that of whoever configured the step. */
function asConfiguration(hint, work) {
    try {
        return work();
    }
    catch (error) {
        if (!(error instanceof base_failure/* Failure */.HR) || !error.code.startsWith('E_JSON'))
            throw error;
        throw new base_failure/* Failure */.HR('E_CONFIG', error.message, hint, { cause: error });
    }
}

;// CONCATENATED MODULE: ./lib/producers/build-output.js
/** An output that says nothing. */
const NO_OUTPUT = {
    target: null,
    names: [],
    digest: null,
    platforms: [],
    dockerfile: null,
    context: null,
    stage: null,
    ref: null,
};

;// CONCATENATED MODULE: ./lib/producers/artifacts-list.js
/**
 * `$GITHUB_ARTIFACTS_LIST`: what earlier steps of the same job declared to the Actions runner, as it writes it for
 * every step: `{"version":1,"subjects":[{"name","digest","kind":"oci"|"file"}]}`, or an empty file when it is off.
 */





/** The images among them, one for each digest with all its names. @throws {Failure} E_CONFIG */
function parseArtifactsList(bytes) {
    if (Buffer.from(bytes).toString('utf8').trim() === '')
        return [];
    return asConfiguration(HINT, () => imagesOf(fields_Fields.parse(bytes, artifacts_list_WHERE)));
}
const artifacts_list_WHERE = 'GITHUB_ARTIFACTS_LIST';
const HINT = 'name the image with the `image` input: this runner writes a list that is not understood here';
function imagesOf(fields) {
    if (fields.value('version') !== 1)
        throw unreadable(`${artifacts_list_WHERE}: its version is not 1`);
    const images = fields.objects('subjects').filter((subject) => subject.text('kind') === 'oci');
    const named = images.map((subject) => {
        const [name = '', digest = ''] = [subject.text('name'), subject.text('digest')];
        if (name === '' || !(0,oci_digest/* isDigest */.Bc)(digest))
            throw unreadable(`${subject.where}: has no name or no digest`);
        return { name: name.replace(/@.*$/, ''), digest };
    });
    return [...Map.groupBy(named, ({ digest }) => digest)].map(([digest, same]) => ({
        ...NO_OUTPUT,
        names: same.map(({ name }) => name),
        digest,
    }));
}
function unreadable(message) {
    return new base_failure/* Failure */.HR('E_CONFIG', message, 'name the image with the `image` input: this runner is too new or too old');
}

;// CONCATENATED MODULE: ./lib/producers/digests.js
/**
 * The `digests` input: what the legs of a matrix build pushed by digest. A list, or the folder into which
 * docs.docker.com/build/ci/github-actions/multi-platform ("Distribute build across multiple runners") puts one empty
 * file for each, named by the digest's hexadecimal part.
 */


/** Each digest once, in order. `listFiles` gives the files below a folder by path. @throws {Failure} E_CONFIG */
async function readDigests(input, listFiles) {
    const [folder = '', second] = input;
    if (second === undefined && folder !== '' && digestOf(folder) === null) {
        return digestsOfFolder(await listFiles(folder), folder);
    }
    return [
        ...new Set(input.map((text) => digestOf(text) ?? fail(`digests: "${text.slice(0, 80)}" is not a digest`))),
    ];
}
/** @throws {Failure} E_CONFIG for a file named otherwise, and when there is none: a leg that left nothing is no pass */
function digestsOfFolder(paths, folder) {
    const digests = paths.map((path) => {
        const name = path.slice(path.lastIndexOf('/') + 1);
        return (digestOf(name) ??
            fail(`digests: the file "${path.slice(0, 120)}" in ${folder} is not named by a digest`));
    });
    if (digests.length === 0)
        fail(`digests: the folder ${folder} holds no file`);
    return [...new Set(digests)];
}
/** `sha256:…`, its hexadecimal part alone, or `sha256-…`, because artifacts have no colon in their names. */
function digestOf(text) {
    const [, hex] = /^(?:sha256-)?([0-9a-f]{64})$/.exec(text) ?? [];
    const digest = hex === undefined ? text : `sha256:${hex}`;
    return (0,oci_digest/* isDigest */.Bc)(digest) ? digest : null;
}
function fail(message) {
    throw new base_failure/* Failure */.HR('E_CONFIG', message, 'give a list of sha256:… digests, or the folder with one file for each, named by it (touch "$folder/${digest#sha256:}")');
}

;// CONCATENATED MODULE: ./lib/producers/local-state.js
/**
 * buildx's note of where a build's Dockerfile and context lie on this machine: `refs/BUILDER/NODE/ID` in its own
 * folder (buildx localstate), written by the build and read by later steps of the same job. A help to find the
 * Dockerfile, so whatever is missing or odd about it is passed over.
 */


/** The output with paths below GITHUB_WORKSPACE, where buildx noted them. */
async function withLocalState(output, { env, home }, readFile) {
    const workspace = env['GITHUB_WORKSPACE'] ?? '';
    if (output.ref === null || workspace === '')
        return output;
    const folder = env['BUILDX_CONFIG'] ?? `${env['DOCKER_CONFIG'] ?? `${home}/.docker`}/buildx`;
    try {
        const path = `${folder}/refs/${output.ref}`;
        const state = fields_Fields.parse(await readFile(path), path);
        return {
            ...output,
            dockerfile: below(workspace, state.text('DockerfilePath')) ?? output.dockerfile,
            context: below(workspace, state.text('LocalPath')) ?? output.context,
        };
    }
    catch (error) {
        if (error instanceof base_failure/* Failure */.HR)
            return output;
        throw error;
    }
}
function below(folder, path) {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    return path?.startsWith(prefix) === true ? path.slice(prefix.length) : null;
}

;// CONCATENATED MODULE: ./lib/producers/metadata.js
/**
 * The `metadata` input: what build actions say about the image they just built. Shapes, told apart by their keys:
 * buildx `--metadata-file` and build-push-action (docs.docker.com/reference/cli/docker/buildx/build), bake with one
 * entry a target, metadata-action's `json`, the outputs of docker/github-builder, and any step's outputs that carry
 * one of these as text. Left out on purpose: everything that is not needed to find the image and its Dockerfile.
 */







/** Text that is the JSON itself, or the path of a file with it. @throws {Failure} E_CONFIG, and what `readFile` throws */
async function readMetadata(input, readFile) {
    const isText = /^\s*[{[]/.test(input);
    const bytes = isText ? Buffer.from(input, 'utf8') : await readFile(input.trim());
    return parseMetadata(bytes, isText ? 'metadata' : `metadata file ${input.trim()}`);
}
/** At least one output. `where` names the document in messages. @throws {Failure} E_CONFIG that names the key */
function parseMetadata(bytes, where) {
    return asConfiguration(metadata_HINT, () => outputsOf(fields_Fields.parse(bytes, where)));
}
const metadata_HINT = 'give the `metadata` output of build-push-action or bake-action, the `json` output of metadata-action, or the file of buildx --metadata-file';
const metadata_PROVENANCE = 'buildx.build.provenance';
const META_JSON = 'meta-json';
function outputsOf(fields) {
    if (isBuild(fields))
        return [buildOutput(fields, null)];
    if (fields.has(META_JSON))
        return [builderOutput(fields)];
    if (typeof fields.value('metadata') === 'string')
        return stepOutputs(fields);
    if (fields.has('tags'))
        return [{ ...NO_OUTPUT, names: fields.texts('tags') ?? [] }];
    const targets = fields.names().filter((name) => !name.startsWith('buildx.'));
    const outputs = targets.map((name) => {
        const target = fields.value(name) instanceof Map ? fields.object(name) : undefined;
        if (target === undefined || !isBuild(target))
            throw unknownShape(fields);
        return buildOutput(target, name);
    });
    if (outputs.length === 0)
        throw unknownShape(fields);
    return outputs;
}
/** buildx writes these for every build; a bake file has them one level down. */
function isBuild(fields) {
    return fields
        .names()
        .some((name) => /^(?:containerimage\.|image\.name$|buildx\.build\.(?:ref$|provenance))/.test(name));
}
function buildOutput(fields, target) {
    const descriptor = fields.object('containerimage.descriptor');
    const provenances = fields.names().filter((name) => name.startsWith(metadata_PROVENANCE));
    const [first] = provenances;
    return {
        target,
        ref: refIn(fields.text('buildx.build.ref') ?? ''),
        names: namesIn(fields.text('image.name') ?? ''),
        digest: digestIn(fields, 'containerimage.digest') ?? (descriptor ? digestIn(descriptor, 'digest') : null),
        platforms: platformsOf(provenances, descriptor, fields.where),
        ...hintsIn(first === undefined || !(fields.value(first) instanceof Map) ? undefined : fields.object(first)),
    };
}
/** A build for one platform only has it in the descriptor, when it made a manifest and no index. */
function platformsOf(keys, descriptor, where) {
    const asked = keys.flatMap((key) => platformOfKey(key, where) ?? []);
    const single = descriptor?.object('platform');
    return asked.length > 0 || single === undefined ? asked : [readPlatform(single)];
}
/** Names of a builder, its node and the build: nothing that leads out of buildx's folder. */
function refIn(text) {
    return /^[\w-][\w.-]*\/[\w-][\w.-]*\/\w+$/.test(text) ? text : null;
}
function namesIn(text) {
    return text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
}
/** null when absent or empty: nothing was pushed. */
function digestIn(fields, name) {
    const text = fields.text(name) ?? '';
    if (text === '')
        return null;
    if ((0,oci_digest/* isDigest */.Bc)(text))
        return text;
    throw new base_failure/* Failure */.HR('E_CONFIG', `${fields.where}: ${name} "${text.slice(0, 80)}" is not a digest`, metadata_HINT);
}
/** `buildx.build.provenance/linux/arm/v7`; the key of a build for the builder's own platform has none. */
function platformOfKey(key, where) {
    const text = key.slice(metadata_PROVENANCE.length + 1).replace(/\([^)]*\)/, '');
    if (text === '')
        return null;
    try {
        return (0,oci_platform/* parsePlatform */.Y8)(text);
    }
    catch (cause) {
        throw new base_failure/* Failure */.HR('E_CONFIG', `${where}: the key "${key.slice(0, 120)}" ends in no platform`, metadata_HINT, {
            cause,
        });
    }
}
/** Provenance in the forms of SLSA v0.2 and v1. */
function hintsIn(provenance) {
    const external = provenance?.object('buildDefinition')?.object('externalParameters');
    const invocation = provenance?.object('invocation');
    const config = (external ?? invocation)?.object('configSource');
    const request = external?.object('request') ?? invocation?.object('parameters');
    return {
        dockerfile: config?.text('path') ?? config?.text('entryPoint') ?? null,
        context: folderOfGit(config?.text('uri') ?? ''),
        stage: request?.object('args')?.text('target') ?? null,
    };
}
/** The folder in `https://github.com/acme/shop.git#main:services/cart`. */
function folderOfGit(uri) {
    return /^[^#]*#[^:]*:(.+)$/.exec(uri)?.[1] ?? null;
}
/** Outputs of docker/github-builder's workflows: `needs.build.outputs` as JSON. */
function builderOutput(fields) {
    const type = fields.text('output-type') ?? 'image';
    if (type !== 'image') {
        throw new base_failure/* Failure */.HR('E_CONFIG', `${fields.where}: output-type is "${type}", not "image"`, 'check jobs that build images');
    }
    const names = nested(fields, META_JSON).flatMap((output) => output.names);
    return { ...NO_OUTPUT, names, digest: digestIn(fields, 'digest') };
}
/** Outputs of a step as JSON: `toJSON(steps.build.outputs)`. */
function stepOutputs(fields) {
    const digest = digestIn(fields, 'digest');
    const outputs = nested(fields, 'metadata');
    if (outputs.length === 0)
        return [{ ...NO_OUTPUT, digest }];
    return outputs.map((output) => outputs.length === 1 ? { ...output, digest: output.digest ?? digest } : output);
}
function nested(fields, name) {
    const text = fields.text(name) ?? '';
    return text === '' ? [] : parseMetadata(Buffer.from(text, 'utf8'), `${fields.where}: ${name}`);
}
function unknownShape(fields) {
    const names = fields
        .names()
        .slice(0, 5)
        .map((name) => `"${name.slice(0, 60)}"`);
    const found = names.length === 0 ? 'is empty' : `has the keys ${names.join(', ')}, which no build action writes`;
    return new base_failure/* Failure */.HR('E_CONFIG', `${fields.where} ${found}`, metadata_HINT);
}

;// CONCATENATED MODULE: ./lib/producers/orders.js
/**
 * What there is to check: inputs, what the build left behind, and what the runner knows, brought to one shape. One
 * order is one image under all its names.
 */





/** At least one order. @throws {Failure} E_USAGE, E_CONFIG */
async function readOrders(inputs, files, surroundings) {
    const read = (path) => files.read(path);
    const all = await orders_outputsOf(inputs, files, surroundings.env['GITHUB_ARTIFACTS_LIST']);
    const found = withoutOtherTargets(all, surroundings.notice);
    const outputs = await Promise.all(found.map((output) => withLocalState(output, surroundings, read)));
    const plain = { ...inputs, names: inputs.images, parts: [], candidates: [] };
    if (inputs.digests.length > 0) {
        const parts = await readDigests(inputs.digests, (folder) => files.list(folder));
        return requireNames(inputs.images).map((name) => ({ ...plain, names: [name], digest: null, parts }));
    }
    if (outputs.length === 0)
        return [{ ...plain, names: requireNames(inputs.images) }];
    if (outputs.length > 1 && inputs.images.length > 0) {
        return inputs.images.map((name) => ({ ...plain, names: [name], candidates: outputs }));
    }
    return outputs.map((output) => orderOf(output, inputs));
}
/** The order of an image that turned out to be `found`, when several bake targets may be meant. @throws {Failure} E_USAGE */
function settleOrder(order, found) {
    const { candidates, names } = order;
    if (candidates.length === 0)
        return order;
    const output = candidates.find(({ digest }) => digest === found) ??
        candidates.find((candidate) => candidate.names.some((name) => names.includes(name)));
    if (output !== undefined)
        return { ...orderOf(output, { ...order, images: names }), candidates: [] };
    throw new base_failure/* Failure */.HR('E_USAGE', `metadata is about ${candidates.length} targets, none of which is ${names.join(', ')}`, 'leave image out: metadata names the image of every target');
}
/** Of a bake with several targets those that made no image: tests, linters, what was only cached or written to a folder. */
function withoutOtherTargets(outputs, notice) {
    const images = outputs.filter(({ names, digest }) => names.length > 0 || digest !== null);
    if (images.length === 0)
        return outputs;
    for (const { target } of outputs.filter((output) => !images.includes(output))) {
        notice(`metadata: the target ${target ?? ''} made no image and is passed over`);
    }
    return images;
}
async function orders_outputsOf({ images, digests, metadata }, files, artifactsList) {
    if (metadata !== null)
        return readMetadata(metadata, (path) => files.read(path));
    if (images.length > 0 || digests.length > 0 || (artifactsList ?? '') === '')
        return [];
    return parseArtifactsList(await files.read(artifactsList ?? ''));
}
function orderOf(output, inputs) {
    const { images, digest, platforms, dockerfile, context, target } = inputs;
    const names = images.length > 0 ? images : output.names;
    if (names.length === 0) {
        const what = output.target === null ? 'metadata' : `metadata of the target ${output.target}`;
        throw new base_failure/* Failure */.HR('E_CONFIG', `${what} names no image`, 'give the build a tag, or name the image with the input image');
    }
    return {
        names,
        digest: digest ?? output.digest,
        parts: [],
        platforms: platforms.length > 0 ? platforms : output.platforms,
        dockerfile: dockerfile ?? output.dockerfile,
        context: context ?? output.context,
        target: target ?? output.stage,
        candidates: [],
    };
}
function requireNames(images) {
    if (images.length > 0)
        return images;
    throw new base_failure/* Failure */.HR('E_USAGE', 'no image to check', 'name one, for example ghcr.io/acme/shop:1.4; in a workflow: image: ${{ steps.meta.outputs.tags }}');
}

;// CONCATENATED MODULE: ./lib/sources/layout-index.js








const REF_NAME = 'org.opencontainers.image.ref.name';
/** The full name, as containerd, buildx and newer engines write it. */
const CONTAINERD_NAME = 'io.containerd.image.name';
/**
 * Which image of a layout is meant. Without a choice there must be one only; an index.json that lists platforms
 * without names is itself the image. @throws {Failure} E_NOT_FOUND, E_AMBIGUOUS_REFERENCE, E_JSON …
 */
async function chooseImage(indexJson, reference, layout) {
    const fields = fields_Fields.parse(indexJson, `${layout.name}: index.json`);
    const listed = fields.objects('manifests').map(readDescriptor);
    if (reference.digest !== undefined)
        return findDigest(listed, reference.digest, layout);
    const { tag } = reference;
    const fitting = tag === undefined ? listed : listed.filter((one) => layout_index_namesOf(one).some((name) => sameName(name, tag)));
    const images = layout_index_distinct(fitting);
    const [only] = images;
    if (!only)
        throw notFound(layout.name, tag, listed);
    if (images.length === 1)
        return withoutPlatform(only);
    if (tag === undefined && listed.every((one) => one.platform && layout_index_namesOf(one).length === 0)) {
        return layout_index_rootOf(indexJson, OCI_INDEX);
    }
    throw new base_failure/* Failure */.HR('E_AMBIGUOUS_REFERENCE', `${layout.name} holds ${images.length} images: ${listChoices(images)}`, `choose one: add :NAME or @DIGEST after the path`);
}
/** A digest may also name what no entry lists, for example one platform of an image. */
async function findDigest(listed, digest, layout) {
    const entry = listed.find((one) => one.digest === digest);
    if (entry)
        return withoutPlatform(entry);
    const bytes = await layout.readBlob(digest);
    if (!bytes)
        throw notFound(layout.name, (0,oci_digest/* shortDigest */.VK)(digest), listed);
    return {
        ...layout_index_rootOf(bytes, mediaTypeOfDocument(bytes, [], `${layout.name}: ${(0,oci_digest/* shortDigest */.VK)(digest)}`)),
        digest,
    };
}
/** The descriptor of a document that nothing describes. */
function layout_index_rootOf(bytes, mediaType) {
    const digest = `sha256:${(0,external_node_crypto_.createHash)('sha256').update(bytes).digest('hex')}`;
    return { mediaType, digest, size: bytes.length, annotations: {} };
}
/** Writers put the platform of their own machine there, whatever the image is for; only an image index speaks of platforms. */
function withoutPlatform(descriptor) {
    const { platform: _, ...rest } = descriptor;
    return rest;
}
function layout_index_namesOf({ annotations }) {
    return [annotations[REF_NAME] ?? '', annotations[CONTAINERD_NAME] ?? ''].filter((name) => name !== '');
}
/** `shop:1` is how people write `docker.io/library/shop:1`. */
function sameName(name, asked) {
    return [asked, `docker.io/${asked}`, `docker.io/library/${asked}`].some((one) => one === name || `${one}:latest` === name);
}
function layout_index_distinct(descriptors) {
    return [...new Map(descriptors.map((one) => [one.digest, one])).values()];
}
function listChoices(images) {
    const shown = images.slice(0, 10).map((one) => {
        const platform = one.platform ? ` (${(0,oci_platform/* formatPlatform */.Bq)(one.platform)})` : '';
        return `${layout_index_namesOf(one)[0] ?? one.digest}${platform}`;
    });
    return images.length > shown.length
        ? `${shown.join(', ')} and ${images.length - shown.length} more`
        : shown.join(', ');
}
function notFound(name, asked, listed) {
    if (listed.length === 0)
        return new base_failure/* Failure */.HR('E_NOT_FOUND', `${name} holds no image`, 'build it again with --output type=oci');
    return new base_failure/* Failure */.HR('E_NOT_FOUND', `${name} has no image ${asked ?? ''}; it holds ${listChoices(listed)}`, 'choose one of these');
}

;// CONCATENATED MODULE: ./lib/sources/combined-digests.js


/** `open` gives the source of one digest; content is read through the first, which holds the whole repository. */
function combineDigests(name, digests, open) {
    const parts = digests.map(open);
    const first = parts[0] ?? open(digests[0]);
    let index;
    async function combine(signal) {
        const roots = await Promise.all(parts.map((part) => part.resolve(signal)));
        const bytes = indexOver(roots);
        return { root: layout_index_rootOf(bytes, OCI_INDEX), bytes };
    }
    return {
        name,
        resolve: async (signal) => (await (index ??= combine(signal))).root,
        async *open(descriptor, signal) {
            const { root, bytes } = await (index ??= combine(signal));
            if (descriptor.digest === root.digest)
                yield bytes;
            else
                yield* first.open(descriptor, signal);
        },
        close: async () => {
            await Promise.all(parts.map((part) => part.close()));
        },
    };
}
/** An index of indexes: readers follow it down to the platforms (image-spec, image-index.md). */
function indexOver(roots) {
    const manifests = roots.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
    return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
}

;// CONCATENATED MODULE: ./lib/sources/made-manifest.js






/**
 * As skopeo makes it: a Docker manifest over the config and the layers as stored. A plain layer's digest is
 * its diffID, which is checked when it is read; a compressed one is hashed here.
 */
async function makeManifest(tree, image) {
    const configBytes = await tree.read(image.config, limits/* LIMITS */.b.configBytes);
    const { diffIds } = parseImageConfig(configBytes, `${tree.name}: ${image.config}`);
    if (diffIds.length !== image.layers.length) {
        throw new base_failure/* Failure */.HR('E_AMBIGUOUS_MANIFEST', `${tree.name}: manifest.json lists ${image.layers.length} layers, the image's config ${diffIds.length}`, 'save the image again');
    }
    const paths = new Map();
    const config = layout_index_rootOf(configBytes, DOCKER_CONFIG);
    paths.set(config.digest, image.config);
    const layers = [];
    for (const [index, diffId] of diffIds.entries()) {
        const path = image.layers[index] ?? '';
        const layer = await describeLayer(tree, path, diffId);
        paths.set(layer.digest, path);
        layers.push(layer);
    }
    const bytes = Buffer.from(JSON.stringify({
        schemaVersion: 2,
        mediaType: media_type_DOCKER_MANIFEST,
        config: made_manifest_describe(config),
        layers: layers.map(made_manifest_describe),
    }));
    return { root: layout_index_rootOf(bytes, media_type_DOCKER_MANIFEST), bytes, paths };
}
function made_manifest_describe({ mediaType, digest, size }) {
    return { mediaType, digest, size };
}
async function describeLayer(tree, path, diffId) {
    const size = await tree.sizeOf(path);
    if (size === null) {
        throw new base_failure/* Failure */.HR('E_NOT_FOUND', `${tree.name} has no ${path}`, 'the archive is incomplete: save the image again');
    }
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let compression = '';
    for await (const chunk of tree.stream(path, new AbortController().signal)) {
        if (compression === '')
            compression = compressionOf(chunk);
        if (compression === 'none')
            return { mediaType: DOCKER_LAYER, digest: diffId, size, annotations: {} };
        hash.update(chunk);
    }
    const digest = `sha256:${hash.digest('hex')}`;
    return { mediaType: `${DOCKER_LAYER}.${compression || 'gzip'}`, digest, size, annotations: {} };
}
function compressionOf(head) {
    const [a, b, c, d] = head;
    if (a === 0x1f && b === 0x8b)
        return 'gzip';
    return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd ? 'zstd' : 'none';
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/sources/collect-bytes.js
/** The whole of a stream in memory; stops reading and throws `tooMany` at the first byte over `limit`. */
async function collectBytes(chunks, limit, tooMany) {
    const collected = [];
    let size = 0;
    for await (const chunk of chunks) {
        size += chunk.length;
        if (size > limit)
            throw tooMany();
        collected.push(chunk);
    }
    return Buffer.concat(collected);
}

;// CONCATENATED MODULE: ./lib/sources/error-code.js
/** `ENOENT`, `ECONNRESET` … of an error of Node, also of the first one in a bundle of errors; '' when it has none. */
function errorCode(cause) {
    if (typeof cause !== 'object' || cause === null)
        return '';
    if ('errors' in cause && Array.isArray(cause.errors))
        return errorCode(cause.errors[0]);
    return 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

;// CONCATENATED MODULE: ./lib/sources/regular-file.js



/** Reads of this size are the fastest for big files (64 KiB ones take three times as long). */
const regular_file_CHUNK = 1024 * 1024;
/**
 * Opens a regular file and nothing else: a symlink as last component is not followed when `links` is
 * 'refused', and a FIFO, device or folder is refused before a byte is read, without waiting for a writer.
 * @throws {Failure} E_NOT_FOUND, E_FILE
 */
async function openRegularFile(path, links) {
    const noFollow = links === 'refused' ? promises_.constants.O_NOFOLLOW : 0;
    let handle;
    try {
        handle = await (0,promises_.open)(path, promises_.constants.O_RDONLY | promises_.constants.O_NONBLOCK | noFollow);
    }
    catch (cause) {
        throw fileFailure(path, cause);
    }
    try {
        const stat = await handle.stat();
        if (stat.isFile())
            return handle;
        const kind = stat.isDirectory() ? 'a folder' : stat.isFIFO() ? 'a FIFO' : 'not a regular file';
        throw new base_failure/* Failure */.HR('E_FILE', `${path} is ${kind}`, 'name a regular file');
    }
    catch (failure) {
        await handle.close();
        throw failure;
    }
}
/** `length` bytes from `start`, in chunks. @throws {Failure} E_FILE when the file ends before */
async function* readRange(handle, range, signal) {
    for (let at = 0; at < range.length;) {
        signal.throwIfAborted();
        const buffer = Buffer.allocUnsafe(Math.min(regular_file_CHUNK, range.length - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, range.start + at);
        if (bytesRead === 0) {
            throw new base_failure/* Failure */.HR('E_FILE', `${range.path} ends early: it is cut, or was changed while it was read`, 'write the file again and check it when it is complete');
        }
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
    }
}
function fileFailure(path, cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
        return new base_failure/* Failure */.HR('E_NOT_FOUND', `${path} does not exist`, 'check the path; it is relative to the working directory', { cause });
    }
    const why = code === 'ELOOP' ? 'is a symbolic link' : `cannot be read: ${code === '' ? 'unknown error' : code}`;
    return new base_failure/* Failure */.HR('E_FILE', `${path} ${why}`, 'check the path and its permissions', { cause });
}

;// CONCATENATED MODULE: ./lib/sources/directory-tree.js





/** A folder on disk. Paths come from us (`blobs/sha256/…`), never from a document. Links are refused. */
function openDirectoryTree(root, name) {
    async function* stream(path, signal) {
        const full = (0,external_node_path_.join)(root, path);
        const handle = await openRegularFile(full, 'refused');
        try {
            const { size } = await handle.stat();
            yield* readRange(handle, { path: full, start: 0, length: size }, signal);
        }
        finally {
            await handle.close();
        }
    }
    return {
        name,
        async sizeOf(path) {
            try {
                return (await (0,promises_.lstat)((0,external_node_path_.join)(root, path))).size;
            }
            catch (cause) {
                const failure = fileFailure((0,external_node_path_.join)(root, path), cause);
                if (failure.code === 'E_NOT_FOUND')
                    return null;
                throw failure;
            }
        },
        read: (path, limit) => collectBytes(stream(path, new AbortController().signal), limit, () => directory_tree_tooLarge((0,external_node_path_.join)(root, path), limit)),
        stream,
        close: async () => { },
    };
}
function directory_tree_tooLarge(path, limit) {
    return new base_failure/* Failure */.HR('E_LIMIT', `${path} is larger than ${limit} bytes`, 'write the image again with a current builder');
}

;// CONCATENATED MODULE: ./lib/sources/oci-layout.js
/**
 * An OCI image layout (image-spec, image-layout.md), in a folder or in a tar: which image of its index.json is
 * meant, and its blobs. Blobs are read by digest only, so no document chooses a path.
 */






function openOciLayout(reference) {
    return sourceOfLayout(reference, async () => openDirectoryTree(reference.path, reference.text));
}
/** The tree is opened when the source is first asked for something. */
function sourceOfLayout(reference, openTree) {
    let opened;
    const tree = (signal) => (opened ??= openTree(signal));
    return {
        name: reference.text,
        resolve: async (signal) => resolveInLayout(await tree(signal), reference),
        async *open(descriptor, signal) {
            yield* openBlob(await tree(signal), descriptor, signal);
        },
        close: async () => (await opened?.catch(() => undefined))?.close(),
    };
}
/** @throws {Failure} E_NOT_FOUND, E_AMBIGUOUS_REFERENCE, E_UNSUPPORTED, E_JSON … */
async function resolveInLayout(tree, reference) {
    await requireLayout(tree);
    const bytes = await tree.read('index.json', limits/* LIMITS */.b.manifestBytes);
    return chooseImage(bytes, reference, {
        name: tree.name,
        readBlob: async (digest) => {
            const exists = (await tree.sizeOf(blobPath(digest))) !== null;
            return exists ? tree.read(blobPath(digest), limits/* LIMITS */.b.manifestBytes) : null;
        },
    });
}
async function* openBlob(tree, descriptor, signal) {
    const path = blobPath(descriptor.digest);
    yield* tree.stream((await tree.sizeOf(path)) === null ? await otherPath(tree, descriptor) : path, signal);
}
/** An index.json that is itself the image has no blob. @throws {Failure} E_NOT_FOUND, E_FOREIGN_LAYER */
async function otherPath(tree, descriptor) {
    const indexJson = await tree.read('index.json', limits/* LIMITS */.b.manifestBytes);
    if (layout_index_rootOf(indexJson, descriptor.mediaType).digest === descriptor.digest)
        return 'index.json';
    throw new base_failure/* Failure */.HR(descriptor.urls ? 'E_FOREIGN_LAYER' : 'E_NOT_FOUND', `${tree.name} has no blob ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} (${descriptor.mediaType})`, 'copy the image with all its platforms; an engine saves only those it has: pull the others (docker pull --platform …), or name the wanted ones (platforms)');
}
function blobPath(digest) {
    return `blobs/${digest.replace(':', '/')}`;
}
async function requireLayout(tree) {
    if ((await tree.sizeOf('oci-layout')) === null || (await tree.sizeOf('index.json')) === null) {
        throw new base_failure/* Failure */.HR('E_NOT_FOUND', `${tree.name} is not an OCI image layout: it has no oci-layout or no index.json`, 'name a folder or archive written with --output type=oci, skopeo copy … oci: or the like');
    }
    const fields = fields_Fields.parse(await tree.read('oci-layout', limits/* LIMITS */.b.manifestBytes), `${tree.name}: oci-layout`);
    const version = fields.text('imageLayoutVersion') ?? '';
    if (!/^1\.\d+\.\d+$/.test(version)) {
        throw new base_failure/* Failure */.HR('E_UNSUPPORTED', `${tree.name} has the layout version "${version.slice(0, 40)}"`, 'write it with version 1.0.0');
    }
}

;// CONCATENATED MODULE: ./lib/sources/tar-header.js
/**
 * One header block of a tar archive (POSIX.1-1988 ustar, GNU's base-256 numbers), as far as finding the files
 * of an image archive needs it. Layers are read elsewhere, with everything a layer may hold.
 */

const tar_header_BLOCK = 512;
/** null: a block of zeros. @throws {Failure} E_TAR */
function tar_header_parseTarHeader(block, where) {
    if (block.every((byte) => byte === 0))
        return null;
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
    const sum = bytes.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
    if (octal(bytes, 148, 8) !== sum)
        throw brokenTar(where, 'a header has a wrong checksum');
    const size = (bytes[124] ?? 0) & 0x80 ? base256(bytes, 124, 12) : octal(bytes, 124, 12);
    if (!Number.isSafeInteger(size) || size < 0)
        throw brokenTar(where, 'a header has an impossible size');
    const isUstar = bytes.toString('latin1', 257, 263) === 'ustar\0';
    const prefix = isUstar ? tar_header_text(bytes, 345, 155) : '';
    const name = tar_header_text(bytes, 0, 100);
    return {
        name: prefix === '' ? name : `${prefix}/${name}`,
        size,
        type: String.fromCharCode(bytes[156] ?? 0),
        linkName: tar_header_text(bytes, 157, 100),
    };
}
/** Records `length key=value\n` of a PAX header. @throws {Failure} E_TAR */
function parsePaxRecords(bytes, where) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const records = new Map();
    for (let at = 0; at < buffer.length;) {
        const [, length = ''] = /^(\d{1,10}) /.exec(buffer.toString('latin1', at, at + 12)) ?? [];
        const end = at + Number(length);
        const [, key, value] = /^([^=]+)=(.*)\n$/s.exec(buffer.toString('utf8', at + length.length + 1, end)) ?? [];
        if (length === '' ||
            end > buffer.length ||
            key === undefined ||
            value === undefined ||
            value.includes('\0')) {
            throw brokenTar(where, 'an extended header is malformed');
        }
        if (records.has(key))
            throw brokenTar(where, 'an extended header says the same thing twice');
        records.set(key, value);
        at = end;
    }
    return records;
}
function brokenTar(where, why) {
    return new base_failure/* Failure */.HR('E_TAR', `${where} is not a readable tar archive: ${why}`, 'write the archive again');
}
function tar_header_text(bytes, start, length) {
    const field = bytes.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end === -1 ? length : end);
}
function octal(bytes, start, length) {
    const digits = tar_header_text(bytes, start, length).trim();
    return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
}
function base256(bytes, start, length) {
    let value = (bytes[start] ?? 0) & 0x7f;
    for (let index = start + 1; index < start + length; index++)
        value = value * 256 + (bytes[index] ?? 0);
    return value;
}

;// CONCATENATED MODULE: ./lib/sources/tar-tree.js







/** @throws {Failure} E_NOT_FOUND, E_FILE, E_TAR, E_UNSUPPORTED for compressed archives and other files */
async function openTarTree(path, name, signal) {
    const handle = await openRegularFile(path, 'followed');
    try {
        await requireTar(handle, path);
        return treeOf(handle, path, name, await indexMembers(handle, path, signal));
    }
    catch (failure) {
        await handle.close();
        throw failure;
    }
}
function treeOf(handle, path, name, members) {
    /** Links lead to other names of the archive: old engines write a layer that repeats as a link. */
    function find(wanted) {
        let at = wanted;
        for (let hops = 0; hops <= limits/* LIMITS */.b.symlinkHops; hops++) {
            const [member, ...others] = members.get(at) ?? [];
            if (!member)
                return null;
            if (others.length > 0) {
                throw new base_failure/* Failure */.HR('E_TAR', `${path} holds ${at} twice, and readers disagree about which one counts`, 'write the archive again');
            }
            if (member.link === null)
                return member;
            at = member.link;
        }
        throw brokenTar(path, `the links of ${wanted} lead nowhere`);
    }
    function require(wanted) {
        const member = find(wanted);
        if (member)
            return member;
        throw new base_failure/* Failure */.HR('E_NOT_FOUND', `${path} has no ${wanted}`, 'the archive is incomplete: write it again');
    }
    const stream = (wanted, signal) => {
        const { start, size } = require(wanted);
        return readRange(handle, { path, start, length: size }, signal);
    };
    return {
        name,
        sizeOf: async (wanted) => find(wanted)?.size ?? null,
        read: async (wanted, limit) => {
            const tooMany = () => directory_tree_tooLarge(`${path}: ${wanted}`, limit);
            return collectBytes(stream(wanted, new AbortController().signal), limit, tooMany);
        },
        stream,
        close: () => handle.close(),
    };
}
async function indexMembers(handle, path, signal) {
    const members = new Map();
    const { size: end } = await handle.stat();
    let extended = {};
    for (let at = 0, zeros = 0, count = 0; at + tar_header_BLOCK <= end && zeros < 2;) {
        signal.throwIfAborted();
        const header = tar_header_parseTarHeader(await readBlock(handle, at, tar_header_BLOCK), path);
        at += tar_header_BLOCK;
        if (!header) {
            zeros++;
            continue;
        }
        if (zeros > 0)
            throw brokenTar(path, 'it goes on after a block of zeros');
        if (++count > limits/* LIMITS */.b.layerEntries)
            throw brokenTar(path, `it has more than ${limits/* LIMITS */.b.layerEntries} entries`);
        const size = 'xgLK'.includes(header.type) ? header.size : (extended.size ?? header.size);
        if (at + size > end)
            throw brokenTar(path, 'it ends in the middle of a file');
        if ('xgLK'.includes(header.type)) {
            if (size > limits/* LIMITS */.b.paxBytes)
                throw brokenTar(path, 'it has an extended header over 1 MiB');
            extended = { ...extended, ...extensionOf(header.type, await readBlock(handle, at, size), path) };
        }
        else {
            addMember(members, header.type, {
                name: extended.name ?? header.name,
                link: extended.link ?? header.linkName,
                start: at,
                size,
            });
            extended = {};
        }
        at += Math.ceil(size / tar_header_BLOCK) * tar_header_BLOCK;
    }
    return members;
}
function extensionOf(type, body, path) {
    const text = body.toString('utf8').replace(/\0.*$/s, '');
    if (type === 'L')
        return { name: text };
    if (type === 'K')
        return { link: text };
    const records = parsePaxRecords(body, path);
    const [name, link, size] = [records.get('path'), records.get('linkpath'), records.get('size')];
    if (type === 'g') {
        if (name ?? link ?? size)
            throw brokenTar(path, 'a global header names files');
        return {};
    }
    if (size !== undefined && !/^\d{1,15}$/.test(size))
        throw brokenTar(path, 'an extended header has an impossible size');
    return {
        ...(name !== undefined && { name }),
        ...(link !== undefined && { link }),
        ...(size !== undefined && { size: Number(size) }),
    };
}
function addMember(members, type, found) {
    const isLink = type === '1' || type === '2';
    if (!isLink && !'0\x007'.includes(type))
        return;
    const name = canonical(found.name);
    // A hard link names its file from the top of the archive, a symlink from where it lies.
    const link = type === '1' ? canonical(found.link) : canonical(external_node_path_.posix.join(external_node_path_.posix.dirname(name), found.link));
    const member = { start: found.start, size: found.size, link: isLink ? link : null };
    members.set(name, [...(members.get(name) ?? []), member]);
}
function canonical(name) {
    return external_node_path_.posix.normalize(`/${name}`).slice(1);
}
async function readBlock(handle, at, size) {
    const buffer = Buffer.alloc(size);
    await handle.read(buffer, 0, size, at);
    return buffer;
}
const OTHER_FORMATS = [
    ['\x1f\x8b', 'compressed with gzip', 'unpack it first: gunzip FILE'],
    ['\x28\xb5\x2f\xfd', 'compressed with zstd', 'unpack it first: zstd -d FILE'],
    ['BZh', 'compressed with bzip2', 'unpack it first: bunzip2 FILE'],
    ['\xfd7zXZ', 'compressed with xz', 'unpack it first: unxz FILE'],
    ['PK\x03\x04', 'a zip file', 'name the tar file inside it'],
    ['<', 'a web page', 'download the archive itself'],
];
async function requireTar(handle, path) {
    const { size } = await handle.stat();
    if (size === 0)
        throw new base_failure/* Failure */.HR('E_FILE', `${path} is empty`, 'write the archive again');
    const head = (await readBlock(handle, 0, Math.min(size, tar_header_BLOCK))).toString('latin1').trimStart();
    const other = OTHER_FORMATS.find(([magic]) => head.startsWith(magic));
    if (other)
        throw new base_failure/* Failure */.HR('E_UNSUPPORTED', `${path} is ${other[1]}, not a tar archive`, other[2]);
    if (size < tar_header_BLOCK)
        throw brokenTar(path, 'it is too short');
}

;// CONCATENATED MODULE: ./lib/sources/docker-archive.js
/**
 * What `docker save` and `buildx --output type=docker` write (Docker image specification v1.2, manifest.json).
 * Old engines write manifest.json only: there is no manifest in it, so one is made from the config and the layers.
 * Engines since 25 and buildx write an OCI layout beside manifest.json: that is read, and both must name the
 * same image, because older and newer engines load one or the other.
 */










function openDockerArchive(reference) {
    return sourceOfDockerArchive(reference, (signal) => openTarTree(reference.path, reference.text, signal));
}
function sourceOfDockerArchive(reference, openTree) {
    let tree;
    let opened;
    const open = async (signal) => {
        tree ??= openTree(signal);
        return (opened ??= openArchive(await tree, reference));
    };
    return {
        name: reference.text,
        resolve: async (signal) => (await open(signal)).root,
        async *open(descriptor, signal) {
            const { tree, made } = await open(signal);
            const path = made?.paths.get(descriptor.digest);
            if (!made) {
                yield* openBlob(tree, descriptor, signal);
            }
            else if (descriptor.digest === made.root.digest) {
                yield made.bytes;
            }
            else if (path !== undefined) {
                yield* tree.stream(path, signal);
            }
            else {
                throw notThere(`a blob ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)}`, reference.text, []);
            }
        },
        close: async () => (await tree?.catch(() => undefined))?.close(),
    };
}
async function openArchive(tree, reference) {
    const saved = await readSavedImages(tree);
    const hasLayout = (await tree.sizeOf('oci-layout')) !== null && (await tree.sizeOf('index.json')) !== null;
    if (hasLayout) {
        const root = await resolveInLayout(tree, reference);
        await requireSameImage(tree, root, chooseSaved(saved, reference));
        return { tree, root, made: null };
    }
    if (saved.length === 0) {
        throw new base_failure/* Failure */.HR('E_NOT_FOUND', `${tree.name} is not an image archive: it has no manifest.json`, 'name what docker save wrote; docker export writes a file system without an image');
    }
    const [image, ...others] = chooseSaved(saved, reference);
    if (!image)
        throw notThere(`an image ${reference.tag ?? reference.digest ?? ''}`, tree.name, saved);
    if (others.length > 0) {
        throw new base_failure/* Failure */.HR('E_AMBIGUOUS_REFERENCE', `${tree.name} holds ${others.length + 1} images: ${choices(saved)}`, 'choose one: add :NAME:TAG after the path');
    }
    const made = await makeManifest(tree, image);
    return { tree, root: made.root, made };
}
async function readSavedImages(tree) {
    if ((await tree.sizeOf('manifest.json')) === null)
        return [];
    const where = `${tree.name}: manifest.json`;
    const list = parseJson(await tree.read('manifest.json', limits/* LIMITS */.b.manifestBytes), where);
    const items = Array.isArray(list) ? list : [list];
    return items.map((item, index) => {
        const fields = new fields_Fields(item, `${where}[${index}]`);
        const config = fields.text('Config');
        if (config === undefined)
            throw fields.missing('Config');
        return { config, names: fields.texts('RepoTags') ?? [], layers: fields.texts('Layers') ?? [] };
    });
}
function chooseSaved(saved, { tag, digest }) {
    const fitting = saved.filter((image) => {
        if (digest !== undefined)
            return configDigest(image) === digest;
        return tag === undefined || image.names.some((name) => sameName(name, tag));
    });
    return [...new Map(fitting.map((image) => [image.config, image])).values()];
}
/** `HEX.json` in old archives, `blobs/sha256/HEX` in new ones. */
function configDigest({ config }) {
    const [, hex = ''] = /([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
    const digest = `sha256:${hex}`;
    return (0,oci_digest/* isDigest */.Bc)(digest) ? digest : null;
}
async function requireSameImage(tree, root, saved) {
    const configs = await configsUnder(tree, root, 0);
    const stranger = saved.find((image) => !configs.includes(configDigest(image)));
    if (!stranger || saved.length > 1)
        return;
    throw new base_failure/* Failure */.HR('E_AMBIGUOUS_MANIFEST', `${tree.name}: index.json and manifest.json name different images, and engines load one or the other`, 'write the archive again with docker save or buildx');
}
async function configsUnder(tree, descriptor, depth) {
    const path = `blobs/${descriptor.digest.replace(':', '/')}`;
    if (depth > limits/* LIMITS */.b.indexDepth || (await tree.sizeOf(path)) === null)
        return [];
    const bytes = await tree.read(path, limits/* LIMITS */.b.manifestBytes);
    const document = parseManifestOrIndex(bytes, descriptor.mediaType, `${tree.name}: ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)}`);
    if (document.kind === 'manifest')
        return [document.manifest.config.digest];
    const children = document.index.manifests.slice(0, limits/* LIMITS */.b.manifests);
    return (await Promise.all(children.map((child) => configsUnder(tree, child, depth + 1)))).flat();
}
function choices(saved) {
    return saved
        .map(({ names, config }) => names[0] ?? config)
        .slice(0, 10)
        .join(', ');
}
function notThere(what, where, saved) {
    const others = saved.length === 0 ? '' : `; it holds ${choices(saved)}`;
    return new base_failure/* Failure */.HR('E_NOT_FOUND', `${where} has not ${what}${others}`, 'save the image again, or choose one that is there');
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./lib/sources/docker-engine.js
/**
 * The docker engine, through its command line (`docker save`), whichever engine and context it is set to. The
 * archive is spooled into a private file, because what it holds is known only at its end.
 */







function openDockerEngine(reference, host) {
    return sourceOfDockerArchive({ text: reference.text, path: '' }, (signal) => spool(reference, host, signal));
}
async function spool(reference, host, signal) {
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)(host.temporaryDirectory, 'exec-format-guard-')).catch((cause) => {
        throw notWritten(host.temporaryDirectory, cause);
    });
    try {
        const file = (0,external_node_path_.join)(folder, 'image.tar');
        await save(reference, file, host, signal);
        const tree = await openTarTree(file, reference.text, signal);
        const close = async () => {
            await tree.close();
            await (0,promises_.rm)(folder, { recursive: true, force: true });
        };
        return { ...tree, close };
    }
    catch (failure) {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
        throw failure;
    }
}
async function save(reference, file, host, signal) {
    const output = (0,external_node_fs_.openSync)(file, 'wx', 0o600);
    const full = new AbortController();
    try {
        const onStdout = (chunk) => {
            if (full.signal.aborted)
                return;
            try {
                writeWhole(output, chunk);
            }
            catch (cause) {
                full.abort(notWritten(host.temporaryDirectory, cause));
            }
            host.progress({ kind: 'bytes', name: reference.text, amount: chunk.length });
        };
        signal.throwIfAborted();
        const either = AbortSignal.any([signal, full.signal]);
        const outcome = await host
            .runProgram('docker', ['save', withTag(reference.name)], { onStdout, signal: either })
            .catch((cause) => {
            either.throwIfAborted();
            throw notStarted(reference, cause);
        });
        full.signal.throwIfAborted();
        if (outcome.status !== 0)
            throw engineFailure(reference, outcome.stderr);
    }
    finally {
        (0,external_node_fs_.closeSync)(output);
    }
}
/** A disk that is nearly full takes a part of what it is given. */
function writeWhole(output, chunk) {
    for (let at = 0; at < chunk.length;)
        at += (0,external_node_fs_.writeSync)(output, chunk, at);
}
function notWritten(folder, cause) {
    const code = errorCode(cause);
    const why = code === 'ENOSPC' ? 'its disk is full' : code;
    const hint = 'TMPDIR (in a workflow RUNNER_TEMP) names a folder with room for the whole image';
    return new base_failure/* Failure */.HR('E_FILE', `the temporary folder ${folder} cannot be written: ${why}`, hint, { cause });
}
/** Without a tag, `docker save` writes every tag of the name. */
function withTag(name) {
    const isId = /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name);
    return isId || name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/')
        ? name
        : `${name}:latest`;
}
function notStarted({ text }, cause) {
    return new base_failure/* Failure */.HR('E_ENGINE', `${text}: the docker command could not be run`, 'install docker, or name the image in its registry', {
        cause,
    });
}
function engineFailure(reference, stderr) {
    const said = stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
    const absent = /no such image|not found|does not exist/i.test(said);
    return new base_failure/* Failure */.HR(absent ? 'E_NOT_FOUND' : 'E_ENGINE', `${reference.text}: docker save failed: ${said === '' ? 'it said nothing' : said}`, absent
        ? 'build or load the image first (docker images lists what is there)'
        : 'check that docker runs: docker info');
}

;// CONCATENATED MODULE: ./lib/sources/oci-archive.js


/** An OCI image layout in a tar (`buildx --output type=oci`, `skopeo copy … oci-archive:`), read where it lies. */
function openOciArchive(reference) {
    return sourceOfLayout(reference, (signal) => openTarTree(reference.path, reference.text, signal));
}

;// CONCATENATED MODULE: ./lib/sources/registry/answer-failure.js



/** The beginning of an answer that is no content, so that its connection can be used again. Never throws. */
async function readErrorBody(answer) {
    const chunks = [];
    let size = 0;
    try {
        for await (const chunk of answer.body) {
            chunks.push(chunk);
            size += chunk.length;
            if (size > limits/* LIMITS */.b.errorBodyBytes)
                break;
        }
    }
    catch {
        // A broken error answer says as much as an empty one: the status is what counts.
    }
    const text = Buffer.concat(chunks).toString('utf8', 0, limits/* LIMITS */.b.errorBodyBytes);
    return secretsIn(answer.authorization).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
/** What of our own log-in an answer could repeat: the token, or the pair and the password. */
function secretsIn(authorization) {
    const [scheme = '', secret = ''] = authorization?.split(' ') ?? [];
    const pair = scheme === 'Basic' ? Buffer.from(secret, 'base64').toString() : '';
    return [secret, pair, pair.slice(pair.indexOf(':') + 1)].filter((text) => text !== '');
}
/** What an answer that is not the wanted one means. `subject` is the image, what of it was asked for, or the registry. */
function failureOfAnswer(answer, body, subject) {
    const { status, isRedirected, url } = answer;
    const about = subject === url.host ? '' : `${subject}: `;
    if (isQuotaAnswer(answer, body)) {
        const left = [answer.headers['ratelimit-remaining']].flat()[0];
        return new base_failure/* Failure */.HR('E_RATE_LIMIT', `${subject}: the registry's pull limit is used up${left === undefined ? '' : ` (ratelimit-remaining: ${left.slice(0, 40)})`}`, 'log in before this step (docker login): accounts have a higher limit');
    }
    const code = codeOfStatus(status, isRedirected);
    const said = answer_failure_messageOf(body);
    const words = `${about}${url.host} answered ${status}${said === '' ? '' : ` (${said})`}`;
    return new base_failure/* Failure */.HR(code, words, HINTS[code] ?? 'run it again; if it happens again, look at the registry');
}
const HINTS = {
    E_NOT_FOUND: 'check the name and the tag; a fresh push may take a while to show (wait-for-image)',
    E_AUTH: 'log in before this step with an account that may pull this image',
    E_RATE_LIMIT: 'log in before this step (docker login), or run it again later',
};
/** A log-in counts at the registry only: what it redirects to refuses for other reasons, such as an old address. */
function codeOfStatus(status, isRedirected) {
    if (status === 404)
        return 'E_NOT_FOUND';
    if (status === 401 || status === 403)
        return isRedirected ? 'E_HTTP' : 'E_AUTH';
    return status === 429 ? 'E_RATE_LIMIT' : 'E_HTTP';
}
/** Docker Hub's pull limit: waiting for it takes hours. */
function isQuotaAnswer({ status, headers }, body) {
    const left = [headers['ratelimit-remaining']].flat()[0];
    return status === 429 && (/pull rate limit/i.test(body) || (left !== undefined && /^0(?:;|$)/.test(left)));
}
/** `errors[0]` of the distribution specification: its code and message. */
function answer_failure_messageOf(body) {
    try {
        const [first] = fields_Fields.parse(Buffer.from(body), 'answer').objects('errors');
        const code = first?.value('code');
        return [typeof code === 'string' ? code : '', first?.text('message') ?? '']
            .filter((part) => part !== '')
            .join(': ')
            .slice(0, 200);
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./lib/sources/registry/blob-download.js
/**
 * One blob as a stream that survives cuts: what is missing is asked for with Range (RFC 9110, section 14), from
 * the registry again, because the address it redirects to may have expired. A server that cannot resume is asked
 * for the whole, of which what is known already is passed over. The digest over everything is checked around
 * this, so a server that goes on with other bytes is found out.
 */



/** Tries without this much progress in between. */
const TRIES = 5;
const PROGRESS = 1024 * 1024;
/** Failures that belong to one connection; another try may do better. */
const PASSING = new Set(['E_NETWORK', 'E_TIMEOUT', 'E_HTTP']);
/** Yields at most one chunk past the descriptor's size. @throws {Failure} */
async function* downloadBlob(ask, descriptor, name) {
    const { size } = descriptor;
    let received = 0;
    let mark = 0;
    let canResume = true;
    let broken = null;
    for (let tries = 1;; tries++) {
        try {
            const resumes = canResume && received > 0;
            const answer = await ask(resumes ? { ...HEADERS, range: `bytes=${received}-` } : HEADERS);
            const start = blob_download_startOf(answer, received, size);
            canResume &&= start === received;
            if (start === null)
                await readErrorBody(answer);
            let skip = received - (start ?? received);
            for await (const chunk of start === null ? [] : answer.body) {
                const fresh = chunk.subarray(Math.min(skip, chunk.length));
                skip -= chunk.length - fresh.length;
                received += fresh.length;
                if (fresh.length > 0)
                    yield fresh;
                if (received > size)
                    return;
            }
            if (received === size)
                return;
        }
        catch (cause) {
            if (!(cause instanceof base_failure/* Failure */.HR) || !PASSING.has(cause.code))
                throw cause;
            broken = cause;
        }
        if (received - mark >= PROGRESS)
            [mark, tries] = [received, 0];
        if (tries >= TRIES)
            throw broken ?? keepsBreaking(descriptor, received, name);
    }
}
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity' };
const LOST = 'push the image again: the registry has not this part of it; a fresh push may take a while to show (wait-for-image)';
/** Lets 200, 206 and 416 pass. @throws {Failure} what any other status means */
async function requireBlobAnswer(answer, descriptor, name) {
    if (answer.status === 200 || answer.status === 206 || answer.status === 416)
        return answer;
    const subject = `${name}: ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)}`;
    const failure = failureOfAnswer(answer, await readErrorBody(answer), subject);
    if (failure.code !== 'E_NOT_FOUND')
        throw failure;
    if (!descriptor.urls)
        throw new base_failure/* Failure */.HR(failure.code, failure.message, LOST);
    throw new base_failure/* Failure */.HR('E_FOREIGN_LAYER', `${name}: the layer ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} is not in the registry but elsewhere, where we do not fetch it`, 'push the layer itself: docker push with allow-nondistributable-artifacts');
}
/** Where the body of the answer begins in the blob; null: it is of no use. */
function blob_download_startOf({ status, headers, isCoded }, asked, size) {
    if (status === 200)
        return 0;
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    const fits = Number(range?.[1]) === asked && (range?.[3] === '*' || Number(range?.[3]) === size);
    return status === 206 && fits && !isCoded ? asked : null;
}
function keepsBreaking(descriptor, received, name) {
    return new base_failure/* Failure */.HR('E_NETWORK', `${name}: the download of ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} stopped ${TRIES} times at ${received} of ${descriptor.size} bytes`, 'run it again; if it happens again, look at the registry and the way to it');
}

;// CONCATENATED MODULE: ./lib/sources/registry/manifest-answer.js








/** All four types, or the registry answers with something else; schema 1 last, so that we can say what it is. */
const ACCEPT = [...MANIFEST_TYPES, ...SCHEMA_1.map((type) => `${type};q=0.1`)].join(', ');
/** Servers that do not know what they hold; the document says it itself. */
const VAGUE_TYPES = new Set(['', 'application/json', 'application/octet-stream', 'text/plain']);
/** @throws {Failure} E_DIGEST, E_NOT_A_REGISTRY, E_AMBIGUOUS_MANIFEST, E_LIMIT, and what the status means */
async function readManifestAnswer(answer, expected, name) {
    if (answer.status !== 200)
        throw failureOfAnswer(answer, await readErrorBody(answer), name);
    const bytes = await collectBytes(answer.body, limits/* LIMITS */.b.manifestBytes, () => manifest_answer_tooLarge(name));
    const sent = bareMediaType(answer.headers['content-type'] ?? '');
    const isKnown = VAGUE_TYPES.has(sent) || isSchema1(sent) || MANIFEST_TYPES.some((type) => type === sent);
    if (!isKnown && sent.startsWith('application/vnd.') && bytes[0] === 0x7b)
        throw manifest_answer_notAnImage(name, sent);
    if (!isKnown || bytes[0] === 0x3c)
        throw notARegistry(answer, name, sent);
    const digest = manifest_answer_digestOf(bytes, expected.digest);
    if (expected.digest !== null && digest !== expected.digest)
        throw otherContent(name, expected.digest, digest);
    const promises = [expected.mediaType, VAGUE_TYPES.has(sent) || isSchema1(sent) ? null : sent];
    const mediaType = mediaTypeOfDocument(bytes, promises.filter((promise) => promise !== null), name);
    const claimed = [answer.headers['docker-content-digest']].flat()[0];
    const isLie = claimed !== undefined && (0,oci_digest/* isDigest */.Bc)(claimed) && claimed !== manifest_answer_digestOf(bytes, claimed);
    return { bytes, mediaType, digest, claimedDigest: isLie ? claimed : null };
}
function manifest_answer_digestOf(bytes, like) {
    const algorithm = like === null ? 'sha256' : (0,oci_digest/* algorithmOf */.Hy)(like);
    return `${algorithm}:${(0,external_node_crypto_.createHash)(algorithm).update(bytes).digest('hex')}`;
}
function manifest_answer_tooLarge(name) {
    return new base_failure/* Failure */.HR('E_LIMIT', `${name}: the manifest is larger than ${limits/* LIMITS */.b.manifestBytes} bytes`, 'no ordinary builder writes such a manifest; build and push the image again');
}
function otherContent(name, expected, actual) {
    return new base_failure/* Failure */.HR('E_DIGEST', `${name}: asked for ${(0,oci_digest/* shortDigest */.VK)(expected)}, the registry answers with ${(0,oci_digest/* shortDigest */.VK)(actual)}`, 'do not trust this registry, or what stands before it');
}
/** Registries keep more than images, each with a type of its own. */
function manifest_answer_notAnImage(name, sent) {
    return new base_failure/* Failure */.HR('E_UNSUPPORTED', `${name} is not an image but ${JSON.stringify(sent.slice(0, 80))}`, 'name a container image: this is something else that is kept in registries');
}
function notARegistry(answer, name, sent) {
    return new base_failure/* Failure */.HR('E_NOT_A_REGISTRY', `${name}: ${answer.url.host} answers ${sent === '' ? 'something' : JSON.stringify(sent.slice(0, 80))} where a manifest was asked for`, 'check the host name: this is no image registry, or a log-in page stands before it');
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/sources/registry/address-kind.js

const LOOPBACK = ranges(['127.0.0.0/8', '::1/128']);
const PRIVATE = ranges(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);
/** Cloud metadata services, link-local, unspecified, multicast and reserved: never a registry's business. */
const FORBIDDEN = ranges([
    '169.254.0.0/16',
    '168.63.129.16/32',
    '100.100.100.200/32',
    '192.0.0.0/24',
    '198.18.0.0/15',
    '0.0.0.0/8',
    '224.0.0.0/3',
    'fe80::/10',
    'fd00:ec2::254/128',
    'ff00::/8',
    '::/128',
    '64:ff9b::/96',
]);
/** `address` is an IP address as text, IPv6 with or without brackets. */
function kindOfAddress(address) {
    const bare = unmap(address.replace(/^\[|\]$/g, '').replace(/%.*$/, ''));
    const family = (0,external_node_net_.isIP)(bare) === 6 ? 'ipv6' : 'ipv4';
    if (FORBIDDEN.check(bare, family))
        return 'forbidden';
    if (LOOPBACK.check(bare, family))
        return 'loopback';
    return PRIVATE.check(bare, family) ? 'private' : 'public';
}
/** An IPv4 address inside an IPv6 one, which the kernel dials as IPv4: `::ffff:127.0.0.1`. */
function unmap(address) {
    const mapped = /^(?:0*:)*:?ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address);
    if (!mapped)
        return address;
    const [, dotted, high = '0', low = '0'] = mapped;
    if (dotted !== undefined)
        return dotted;
    const value = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
    return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
function ranges(list) {
    const block = new external_node_net_.BlockList();
    for (const range of list) {
        const [network = '', bits = ''] = range.split('/');
        block.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
    }
    return block;
}

;// CONCATENATED MODULE: ./lib/sources/registry/endpoint.js


/** Docker Hub answers elsewhere than it is called. */
const DIALLED_AS = { 'docker.io': 'registry-1.docker.io' };
/** `https://ghcr.io/`; plain HTTP only for loopback and for hosts the user named. */
function urlOfRegistry(registry, insecureRegistries) {
    const host = dialledHost(registry);
    const secure = new URL(`https://${host}/`);
    return mayBePlain(secure, insecureRegistries) ? new URL(`http://${host}/`) : secure;
}
function dialledHost(registry) {
    return DIALLED_AS[registry] ?? registry;
}
/** Whether a host may be spoken to without TLS: loopback, unless only what the user named is asked for, and that. */
function mayBePlain(url, insecureRegistries, which = 'loopback too') {
    const name = bareHost(url);
    const isLoopback = name === 'localhost' || ((0,external_node_net_.isIP)(name) > 0 && kindOfAddress(name) === 'loopback');
    if (isLoopback && which === 'loopback too')
        return true;
    return insecureRegistries.some((host) => {
        const allowed = endpoint_hostOf(host);
        return allowed === url.host.toLowerCase() || allowed === url.hostname.toLowerCase();
    });
}
/** Scheme, host and port: what credentials belong to. */
function sameOrigin(one, other) {
    return (one.protocol === other.protocol && bareHost(one) === bareHost(other) && portOf(one) === portOf(other));
}
function portOf(url) {
    return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}
/** Lower case, without the brackets of IPv6 and without the dot that ends a full name. */
function bareHost(url) {
    return url.hostname
        .toLowerCase()
        .replace(/^\[|\]$/g, '')
        .replace(/\.$/, '');
}
/** For comparing what people wrote: `HTTPS://Reg.Example:443/v1/` -> `reg.example`. '' when it is no host. */
function endpoint_hostOf(written) {
    try {
        return new URL(`https://${written.trim().replace(/^https?:\/\//i, '')}`).host.replace(/\.(?=:|$)/, '');
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./lib/sources/registry/address-policy.js



/** The user named this host: whatever its address is, it is meant. */
const anyAddress = () => null;
/**
 * May a server send us to this URL? The registry's own host always; a public address always; a private one when
 * the registry is private itself; loopback when it is loopback; metadata services and the like never.
 */
function addressPolicy(url, registry, insecureRegistries, code) {
    const refuse = (why) => new base_failure/* Failure */.HR(code, `${registry.name} sends us to ${url.host}, ${why}`, code === 'E_REALM'
        ? 'check the registry: the address of its token service is not one to send a log-in to'
        : 'check the registry: a redirect must not lead there');
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayBePlain(url, insecureRegistries))) {
        const plain = url.protocol === 'http:';
        throw refuse(plain ? 'which is plain HTTP (insecure-registries may allow it)' : `with ${url.protocol.slice(0, 20)}`);
    }
    if (bareHost(url) === bareHost(registry.url) && portOf(url) === portOf(registry.url))
        return anyAddress;
    const own = registry.address === '' ? 'public' : kindOfAddress(registry.address);
    return (address) => {
        const kind = kindOfAddress(address);
        const allowed = kind === 'public' ||
            (kind === 'private' ? own !== 'public' : kind === 'loopback' && own === 'loopback');
        return allowed
            ? null
            : refuse(`at the ${kind === 'forbidden' ? 'link-local or reserved' : kind} address ${address}`);
    };
}

;// CONCATENATED MODULE: ./lib/sources/registry/challenge.js
const LONGEST = 16 * 1024;
const challenge_TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const BLANKS = /[ \t]*/y;
const SEPARATORS = /[ \t,]*/y;
const QUOTED = /"(?:[^"\\]|\\.)*"?/y;
const BARE = /[^ \t,]*/y;
/** Takes what it understands and passes over the rest, in one walk over the text. */
function parseChallenges(header) {
    const text = header.slice(0, LONGEST);
    const challenges = [];
    let at = 0;
    const take = (pattern) => {
        pattern.lastIndex = at;
        const [found = ''] = pattern.exec(text) ?? [];
        at += found.length;
        return found;
    };
    while (at < text.length) {
        take(SEPARATORS);
        const word = take(challenge_TOKEN).toLowerCase();
        if (word === '') {
            at++;
            continue;
        }
        take(BLANKS);
        if (text[at] !== '=') {
            challenges.push({ scheme: word, parameters: new Map() });
            continue;
        }
        at++;
        take(BLANKS);
        const value = text[at] === '"' ? challenge_unquote(take(QUOTED)) : take(BARE);
        const parameters = challenges.at(-1)?.parameters;
        if (parameters && !parameters.has(word))
            parameters.set(word, value);
    }
    return challenges;
}
function challenge_unquote(quoted) {
    return quoted.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');
}

// EXTERNAL MODULE: external "node:dns/promises"
var external_node_dns_promises_ = __webpack_require__(1553);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
;// CONCATENATED MODULE: ./lib/sources/registry/content-coding.js



const DECODERS = new Map([
    ['gzip', () => (0,external_node_zlib_.createGunzip)()],
    ['x-gzip', () => (0,external_node_zlib_.createGunzip)()],
    ['deflate', () => (0,external_node_zlib_.createInflate)()],
    ['br', () => (0,external_node_zlib_.createBrotliDecompress)()],
    ['zstd', () => (0,external_node_zlib_.createZstdDecompress)()],
]);
/** Whether a Content-Encoding says that the bytes on the way are not the content's own (RFC 9110, section 8.4). */
function isCoded(coding) {
    return coding !== undefined && coding.trim() !== '' && coding.trim().toLowerCase() !== 'identity';
}
/** Some proxies compress on the way though nobody asked: undone before anything is counted or hashed. @throws {Failure} E_HTTP */
async function* decodeBody(body, coding, url) {
    const decoder = DECODERS.get(coding.trim().toLowerCase());
    if (!decoder)
        throw content_coding_broken(url, `in the unknown content coding "${coding.slice(0, 40)}"`);
    const chunks = (0,external_node_stream_.pipeline)(external_node_stream_.Readable.from(body, { objectMode: false }), decoder(), () => { });
    try {
        for await (const chunk of chunks)
            if (chunk instanceof Uint8Array)
                yield chunk;
    }
    catch (cause) {
        throw cause instanceof base_failure/* Failure */.HR ? cause : content_coding_broken(url, `with broken ${coding} coding`, cause);
    }
}
function content_coding_broken(url, how, cause) {
    return new base_failure/* Failure */.HR('E_HTTP', `${url.host} answers ${how}`, 'look at the proxy before the registry', {
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/sources/registry/network-failure.js


const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALTNAME/;
/** What is wrong with a certificate, and what helps, where it is not that nobody knows its authority. */
const CERTIFICATE_FAULTS = {
    CERT_HAS_EXPIRED: ['has expired', 'renew the certificate of the registry, or that of the authority'],
    CERT_NOT_YET_VALID: ['is not valid yet', 'look at the clock of this machine'],
    CERT_REVOKED: ['was revoked', 'renew the certificate of the registry'],
    ERR_TLS_CERT_ALTNAME_INVALID: ['is for another name', 'use the name that the certificate is for'],
};
const EXPLANATIONS = {
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'the connection was cut',
    EPIPE: 'the connection was cut',
    ENOTFOUND: 'the name is not known',
    EAI_AGAIN: 'the name could not be looked up',
    ETIMEDOUT: 'the connection was not answered',
    EHOSTUNREACH: 'there is no way to that host',
    ENETUNREACH: 'there is no way to that network',
};
/** The certificate is good in itself, but signed by nobody we know. */
function isUnknownAuthority(cause) {
    const code = errorCode(cause);
    return UNTRUSTED.test(code) && CERTIFICATE_FAULTS[code] === undefined;
}
/** What a broken connection means, in words. A Failure passes as it is. */
function networkFailure(url, cause, proxy = null) {
    if (cause instanceof base_failure/* Failure */.HR)
        return cause;
    const code = errorCode(cause);
    if (UNTRUSTED.test(code))
        return untrusted(url, code, cause);
    if (code === 'ERR_PROXY_TUNNEL')
        return refusedByProxy(url, proxy, cause);
    if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
        return new base_failure/* Failure */.HR('E_TLS', `${url.host} does not speak TLS as we do: ${code}`, 'if it is a plain HTTP registry that you trust, name it in insecure-registries', { cause });
    }
    if (code.startsWith('HPE_')) {
        return new base_failure/* Failure */.HR('E_HTTP', `${url.host} answers something that is not readable HTTP: ${code}`, 'look at the proxy before it', {
            cause,
        });
    }
    const why = EXPLANATIONS[code] ?? (code === '' ? 'the connection broke' : code);
    return new base_failure/* Failure */.HR('E_NETWORK', proxy === null
        ? `${url.host} cannot be reached: ${why}`
        : `${url.host} cannot be reached through the proxy ${hostOfProxy(proxy)}: ${why}`, proxy === null ? 'check the name and the network, then run it again' : PROXY_HINT, {
        cause,
    });
}
const PROXY_HINT = 'check HTTPS_PROXY and HTTP_PROXY, or name the registry in NO_PROXY';
function untrusted(url, code, cause) {
    const [why, hint] = CERTIFICATE_FAULTS[code] ?? ['is not signed by an authority we trust', ''];
    const authority = `the PEM certificate of its authority belongs into NODE_EXTRA_CA_CERTS (the path of a file), SSL_CERT_FILE or docker's certs.d/${url.host}`;
    return new base_failure/* Failure */.HR('E_TLS', `the certificate of ${url.host} ${why} (${code})`, hint === '' ? authority : `${hint}; ${authority}`, { cause });
}
function refusedByProxy(url, proxy, cause) {
    const status = cause instanceof Error && 'statusCode' in cause ? Number(cause.statusCode) : 0;
    const at = proxy === null ? '' : ` ${hostOfProxy(proxy)}`;
    if (status === 407) {
        const hint = 'write its user and password into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT';
        return new base_failure/* Failure */.HR('E_AUTH', `the proxy${at} wants a log-in, or refuses the one it got (407)`, hint);
    }
    const how = status === 0 ? 'gives no answer' : `answers ${status}`;
    return new base_failure/* Failure */.HR('E_NETWORK', `the proxy${at} ${how} when asked for a way to ${url.host}`, PROXY_HINT, {
        cause: Object.assign(new Error('tunnel'), { code: 'ERR_PROXY_TUNNEL' }),
    });
}
/** Without the log-in that its address may hold. */
function hostOfProxy(proxy) {
    return new URL(proxy).host;
}

;// CONCATENATED MODULE: ./lib/sources/registry/patience.js


const PATIENCE = {
    headers: 30_000,
    idle: 30_000,
    slowWindow: 60_000,
    leastRate: 1_024,
    helper: 30_000,
};
/**
 * The body of an answer. Only time spent waiting for the server counts, not what the reader does in between.
 * @throws {Failure} E_NETWORK when it is cut, E_TIMEOUT when it stalls or trickles
 */
function watchBody(message, url, patience, signal) {
    // A message that breaks before anyone reads it must not end the process; its reader gets the error.
    message.on('error', () => { });
    return bodyOf(message, url, patience, signal);
}
async function* bodyOf(message, url, patience, signal) {
    const stop = () => {
        message.destroy();
    };
    let stalled = false;
    const stall = () => {
        stalled = true;
        stop();
    };
    signal.addEventListener('abort', stop, { once: true });
    let [waited, arrived] = [0, 0];
    try {
        const chunks = message[Symbol.asyncIterator]();
        for (;;) {
            signal.throwIfAborted();
            const timer = setTimeout(stall, patience.idle);
            const since = performance.now();
            const next = await chunks.next().finally(() => clearTimeout(timer));
            if (next.done === true)
                break;
            if (!(next.value instanceof Uint8Array))
                continue;
            waited += performance.now() - since;
            arrived += next.value.length;
            if (waited > patience.slowWindow) {
                if (arrived < (patience.leastRate * waited) / 1_000)
                    throw tooSlow(url, 'sends hardly anything');
                [waited, arrived] = [0, 0];
            }
            yield next.value;
        }
        signal.throwIfAborted();
        if (stalled)
            throw tooSlow(url, `sent nothing for ${patience.idle / 1_000} s`);
        if (!message.complete)
            throw networkFailure(url, Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
    }
    catch (cause) {
        signal.throwIfAborted();
        throw stalled ? tooSlow(url, `sent nothing for ${patience.idle / 1_000} s`) : networkFailure(url, cause);
    }
    finally {
        signal.removeEventListener('abort', stop);
        if (!message.complete)
            message.destroy();
    }
}
function tooSlow(url, how) {
    return new base_failure/* Failure */.HR('E_TIMEOUT', `${url.host} ${how}`, 'run it again; if it happens again, look at the registry and the way to it');
}

;// CONCATENATED MODULE: ./lib/sources/registry/http-request.js
/**
 * One HTTP request over node:http, without redirects or retries: connect to an address that may be talked to,
 * send, wait for the headers, and hand on the body with its clocks running. fetch is not used because it
 * decides about redirects, encodings and addresses by itself.
 */









/** @throws {Failure} E_NETWORK, E_TLS, E_TIMEOUT, E_HTTP */
async function sendRequest(request, connections, patience, signal) {
    signal.throwIfAborted();
    const { url } = request;
    const proxy = connections.proxyFor(url);
    const authorization = request.headers['authorization'] ?? null;
    if (proxy !== null && url.protocol === 'http:' && authorization !== null)
        throw readByProxy(url);
    const addresses = await addressesOf(url, proxy, connections, request.refuse);
    const timeout = AbortSignal.timeout(patience.headers);
    const stop = AbortSignal.any([signal, timeout]);
    const { trustsMachine } = connections;
    try {
        const message = await exchange(request, connections, addresses, stop);
        return {
            url,
            status: message.statusCode ?? 0,
            headers: message.headers,
            address: proxy === null ? (addresses[0] ?? '') : '',
            authorization,
            isCoded: isCoded(message.headers['content-encoding']),
            isRedirected: false,
            body: http_request_bodyOf(message, url, patience, signal),
            discard: () => message.destroy(),
        };
    }
    catch (cause) {
        signal.throwIfAborted();
        if (timeout.aborted)
            throw lateAnswer(url, patience);
        if (trustsMachine || !isUnknownAuthority(cause))
            throw networkFailure(url, cause, proxy);
        connections.trustMachine();
        return sendRequest(request, connections, patience, signal);
    }
}
function http_request_bodyOf(message, url, patience, signal) {
    const body = watchBody(message, url, patience, signal);
    const coding = message.headers['content-encoding'];
    return isCoded(coding) ? decodeBody(body, coding, url) : body;
}
function exchange(request, connections, addresses, stop) {
    const { url, headers, method, body } = request;
    const { promise, resolve, reject } = Promise.withResolvers();
    const target = connections.target(url, addresses[0] ?? bareHost(url));
    const send = target.protocol === 'https:' ? external_node_https_.request : external_node_http_.request;
    const outgoing = send({
        method,
        agent: connections.agentFor(url, target.protocol, request.registry),
        host: target.host,
        port: target.port,
        path: `${url.pathname}${url.search}`,
        headers: {
            host: url.host,
            ...headers,
            ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
        setDefaultHeaders: false,
        ...((0,external_node_net_.isIP)(bareHost(url)) === 0 && { servername: bareHost(url) }),
        ...(addresses.length > 0 &&
            connections.proxyFor(url) === null && { lookup: answerWith(addresses), autoSelectFamily: true }),
        rejectUnauthorized: connections.checksCertificates,
    });
    const abort = () => {
        outgoing.destroy(stop.reason instanceof Error ? stop.reason : new Error('stopped'));
    };
    stop.addEventListener('abort', abort, { once: true });
    outgoing.once('response', (message) => {
        stop.removeEventListener('abort', abort);
        resolve(message);
    });
    outgoing.on('error', (error) => {
        stop.removeEventListener('abort', abort);
        reject(error);
    });
    // 101: without this the connection is dropped without a word, and nobody is left who would wake us.
    outgoing.once('upgrade', (_, socket) => {
        stop.removeEventListener('abort', abort);
        socket.destroy();
        reject(changesProtocol(url));
    });
    outgoing.end(body);
    return promise;
}
/** Every address must be one we may talk to: a name that mixes a public and a private one is a trick. */
async function addressesOf(url, proxy, connections, refuse) {
    const name = bareHost(url);
    const isAddress = (0,external_node_net_.isIP)(name) > 0;
    if (!isAddress && proxy !== null)
        return [];
    const addresses = isAddress ? [name] : await lookup(name, url, connections);
    for (const address of addresses) {
        const refused = refuse(address);
        if (refused)
            throw refused;
    }
    return addresses;
}
async function lookup(name, url, connections) {
    try {
        if (connections.dial)
            return await connections.dial.lookup(name);
        return (await (0,external_node_dns_promises_.lookup)(name, { all: true })).map(({ address }) => address);
    }
    catch (cause) {
        throw networkFailure(url, cause);
    }
}
/** The addresses that were checked are the ones that are dialled. */
function answerWith(addresses) {
    return (_name, _options, callback) => {
        callback(null, addresses.map((address) => ({ address, family: (0,external_node_net_.isIP)(address) })));
    };
}
function lateAnswer(url, patience) {
    return new base_failure/* Failure */.HR('E_TIMEOUT', `${url.host} did not answer within ${patience.headers / 1_000} s`, 'run it again; if it happens again, look at the registry and the way to it');
}
function changesProtocol(url) {
    return new base_failure/* Failure */.HR('E_HTTP', `${url.host} answered 101: it goes over to another protocol, which nobody asked for`, 'look at the proxy before it');
}
function readByProxy(url) {
    return new base_failure/* Failure */.HR('E_AUTH', `${url.host} wants a log-in, which is not sent over plain HTTP through a proxy`, 'name the registry in NO_PROXY, or give it TLS');
}

;// CONCATENATED MODULE: ./lib/sources/registry/docker-config.js
/**
 * One config.json of docker, as far as it says how to log in (docker/cli, cli/config/configfile): `auths`,
 * `credsStore`, `credHelpers`. Its secrets never stand in a message, and only the entry that is used is read.
 */


/** @throws {Failure} E_CONFIG */
function parseDockerConfig(bytes, place) {
    return inConfig(() => {
        // An empty file and `null` are an empty configuration for docker.
        const isEmpty = /^\s*(?:null)?\s*$/.test(Buffer.from(bytes.subarray(0, 100)).toString('utf8'));
        const fields = fields_Fields.parse(isEmpty ? Buffer.from('{}') : bytes, place);
        const auths = fields.object('auths');
        return {
            place,
            authKeys: auths?.names() ?? [],
            authEntry: (key) => inConfig(() => readAuthEntry(auths?.object(key), key, place)),
            credsStore: fields.text('credsStore') ?? '',
            credHelpers: new Map(Object.entries(fields.textMap('credHelpers'))),
        };
    });
}
function inConfig(read) {
    try {
        return read();
    }
    catch (cause) {
        if (!(cause instanceof base_failure/* Failure */.HR) || cause.code === 'E_CONFIG')
            throw cause;
        throw new base_failure/* Failure */.HR('E_CONFIG', cause.message, 'repair it: docker login writes it anew');
    }
}
function readAuthEntry(fields, key, place) {
    const auth = fields?.text('auth') ?? '';
    const pair = auth === '' ? null : decodePair(auth);
    if (auth !== '' && !pair) {
        throw new base_failure/* Failure */.HR('E_CONFIG', `${place}: auths: ${JSON.stringify(key.slice(0, 200))}: auth is not base64 of user:password (it is not shown here)`, 'log in again with docker login');
    }
    return entryOrNull({
        username: pair?.username ?? fields?.text('username') ?? '',
        password: pair?.password ?? fields?.text('password') ?? '',
        identityToken: fields?.text('identitytoken') ?? '',
        registryToken: fields?.text('registrytoken') ?? '',
    });
}
/** Without any secret it is no log-in: docker leaves such entries behind where a credential store holds the secret. */
function entryOrNull(entry) {
    const { password, identityToken, registryToken } = entry;
    return password === '' && identityToken === '' && registryToken === '' ? null : entry;
}
function decodePair(written) {
    // Line breaks, which `base64` puts into long ones, docker passes over.
    const base64 = written.replace(/[\r\n]/g, '');
    const pair = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64').toString('utf8') : '';
    const colon = pair.indexOf(':');
    if (colon <= 0)
        return null;
    return { username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/, '') };
}

;// CONCATENATED MODULE: ./lib/sources/registry/config-places.js






/**
 * Every place that may hold a log-in for the repository, the first one first: buildx's scoped log-ins
 * (docker/login-action with `scope`), the variable DOCKER_AUTH_CONFIG, docker's own config.json.
 * @throws {Failure} E_CONFIG, E_FILE
 */
async function readDockerConfigs(target, host) {
    const folder = dockerFolder(host);
    const buildx = host.env['BUILDX_CONFIG'] || (0,external_node_path_.join)(folder, 'buildx');
    const scoped = await scopedFolders((0,external_node_path_.join)(buildx, 'config'), target);
    const inline = host.env['DOCKER_AUTH_CONFIG'] ?? '';
    const first = await Promise.all(scoped.map(readConfig));
    const second = inline.trim() === '' ? null : parseDockerConfig(Buffer.from(inline), 'DOCKER_AUTH_CONFIG');
    return [...first, second, await readConfig(folder)].filter((config) => config !== null);
}
/** Where docker's own log-ins are. */
function configFileOf(host) {
    return (0,external_node_path_.join)(dockerFolder(host), 'config.json');
}
function dockerFolder({ env, home }) {
    return env['DOCKER_CONFIG'] || (0,external_node_path_.join)(home, '.docker');
}
async function readConfig(folder) {
    const file = (0,external_node_path_.join)(folder, 'config.json');
    try {
        return parseDockerConfig(await (0,promises_.readFile)(file), file);
    }
    catch (cause) {
        const failure = cause instanceof base_failure/* Failure */.HR ? cause : fileFailure(file, cause);
        if (failure.code === 'E_NOT_FOUND')
            return null;
        throw failure;
    }
}
/** Folders `HOST/NAME@SCOPES` and `HOST@SCOPES` (buildx, util/dockerutil/dockerconfig) that are good for pulling. */
async function scopedFolders(base, { registry, repository }) {
    const hostName = dialledHost(registry);
    const paths = [external_node_path_.posix.join(hostName, repository), hostName];
    const found = await Promise.all(paths.map((path) => foldersNamed((0,external_node_path_.join)(base, path))));
    return found.flat();
}
/** `PATH@pull`, then `PATH` itself. */
async function foldersNamed(path) {
    const names = await (0,promises_.readdir)((0,external_node_path_.dirname)(path)).catch(() => []);
    const wanted = external_node_path_.posix.basename(path);
    const fitting = names.filter((name) => {
        const [main, scopes = ''] = name.split('@');
        return main === wanted && (scopes === '' || scopes.split(',').includes('pull'));
    });
    return fitting.sort((one, other) => other.length - one.length).map((name) => (0,external_node_path_.join)((0,external_node_path_.dirname)(path), name));
}

;// CONCATENATED MODULE: ./lib/sources/registry/credential-helper.js




const LARGEST_OUTPUT = 1024 * 1024;
/**
 * Asks `docker-credential-NAME get` (docker/docker-credential-helpers) for one server. null: it has no log-in
 * for it. @throws {Failure} E_CONFIG for a name that is no name, E_CREDENTIALS when the helper fails
 */
async function askCredentialHelper(name, server, host, signal) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
        throw new base_failure/* Failure */.HR('E_CONFIG', `docker's config.json names ${JSON.stringify(name.slice(0, 80))} as a credential helper, which is not a name of one`, 'write the name without docker-credential- and without a path');
    }
    const program = `docker-credential-${name}`;
    const longestWait = { ...PATIENCE, ...host.patience }.helper;
    const timeout = AbortSignal.timeout(longestWait);
    const outcome = await host
        .runProgram(program, ['get'], { input: server, signal: AbortSignal.any([signal, timeout]) })
        .catch((cause) => {
        signal.throwIfAborted();
        throw failed(program, server, timeout.aborted ? `gave no answer in ${longestWait / 1_000} s` : 'could not be started', cause);
    });
    if (outcome.stdout.length > LARGEST_OUTPUT)
        throw failed(program, server, 'answered more than 1 MiB');
    if (outcome.status !== 0) {
        const said = `${outcome.stdout}\n${outcome.stderr}`;
        if (/credentials not found in native keychain/i.test(said))
            return null;
        throw failed(program, server, `failed with status ${outcome.status}`);
    }
    return parseAnswer(outcome.stdout, program);
}
function parseAnswer(stdout, program) {
    try {
        const fields = fields_Fields.parse(Buffer.from(stdout), program);
        const username = fields.text('Username') ?? '';
        const secret = fields.text('Secret') ?? '';
        const isToken = username === '<token>';
        return entryOrNull({
            username: isToken ? '' : username,
            password: isToken ? '' : secret,
            identityToken: isToken ? secret : '',
            registryToken: '',
        });
    }
    catch {
        throw failed(program, '', 'answered something that is not a log-in');
    }
}
/** What the helper printed is not shown: it may hold the secret. */
function failed(program, server, how, cause) {
    return new base_failure/* Failure */.HR('E_CREDENTIALS', `${program} ${how}${server === '' ? '' : ` for ${server}`}`, `run it by hand: echo ${server === '' ? 'SERVER' : server} | ${program} get`, { cause });
}

;// CONCATENATED MODULE: ./lib/sources/registry/credentials.js
/**
 * Which log-in belongs to a repository: the choice that docker and skopeo make. In each place a helper named for
 * the host goes first, then the credential store, then the entries of the file, of which the most precise one
 * counts (`host/team/app`, `host/team`, `host`). Docker Hub's names are one.
 */




const HUB_KEY = 'https://index.docker.io/v1/';
const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
/** null: nothing is known, ask without a log-in. `looked` gets every place that was asked. */
async function findLogIn(target, host, looked, signal) {
    for (const config of await readDockerConfigs(target, host)) {
        looked(config.place);
        const found = await logInOf(config, target, host, signal);
        if (!found)
            continue;
        for (const secret of secretsOf(found))
            host.registerSecret(secret);
        return found;
    }
    return null;
}
async function logInOf(config, target, host, signal) {
    const server = HUB_HOSTS.has(target.registry) ? HUB_KEY : target.registry;
    const ask = async (helper) => {
        const entry = await askCredentialHelper(helper, server, host, signal);
        return entry && { ...entry, place: `docker-credential-${helper} (${config.place})` };
    };
    const helper = [...config.credHelpers].find(([key]) => sameRegistry(key, target.registry))?.[1];
    if (helper !== undefined)
        return ask(helper);
    const entry = fileEntry(config, target);
    if (config.credsStore === '')
        return entry;
    try {
        return (await ask(config.credsStore)) ?? entry;
    }
    catch (failure) {
        if (entry && failure instanceof base_failure/* Failure */.HR && failure.code === 'E_CREDENTIALS')
            return entry;
        throw failure;
    }
}
function fileEntry(config, target) {
    for (const key of keysFor(target)) {
        const written = config.authKeys.find((one) => one === key) ?? config.authKeys.find((one) => sameKey(one, key));
        const entry = written === undefined ? null : config.authEntry(written);
        if (entry)
            return { ...entry, place: config.place };
    }
    return null;
}
/** `host/team/app`, `host/team`, `host`. */
function keysFor({ registry, repository }) {
    const parts = repository.split('/');
    return [
        ...parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`),
        registry,
    ];
}
/** A key for a repository must be exactly that. */
function sameKey(written, key) {
    return !key.includes('/') && sameRegistry(written, key);
}
/** A key may be written as a URL, and then its path says nothing; exactly this host and port are meant. */
function sameRegistry(written, registry) {
    const isUrl = /^https?:\/\//i.test(written);
    const bare = written.replace(/^https?:\/\//i, '').replace(isUrl ? /\/.*$/ : /\/(?:v[12]\/?)?$/, '');
    const host = endpoint_hostOf(bare);
    if (bare.includes('/') || host === '')
        return false;
    return host === endpoint_hostOf(registry) || (HUB_HOSTS.has(host) && HUB_HOSTS.has(registry));
}
function secretsOf({ username, password, identityToken, registryToken }) {
    const pair = password === '' ? '' : Buffer.from(`${username}:${password}`).toString('base64');
    return [password, pair, identityToken, registryToken].filter((secret) => secret !== '');
}

;// CONCATENATED MODULE: ./lib/sources/registry/token-service.js
/**
 * The token service a registry names in its Bearer challenge (distribution, spec/auth/token.md and oauth.md):
 * one scope is asked for, `repository:NAME:pull`. With an identity token first as OAuth, by POST; where the
 * service does not know that, and with a user name and password, by GET with Basic.
 */




/** These say "no such thing here" to the POST form: GCR 404, Artifactory 401, ACR 400, others 405. */
const NO_OAUTH = new Set([400, 401, 404, 405]);
/** In seconds. Docker's own client takes a shorter life for this too; a token that ends sooner is renewed after a 401. */
const SHORTEST_LIFE = 60;
/** null: the service refuses this log-in, or refuses to go without one. @throws {Failure} E_TOKEN, E_HTTP … */
async function fetchToken(request, ask, now) {
    const { logIn } = request;
    if (logIn && logIn.identityToken !== '') {
        const answer = await ask(oauthRequest(request, logIn.identityToken));
        if (!NO_OAUTH.has(answer.status))
            return readToken(answer, request, now());
        answer.discard();
    }
    return readToken(await ask(basicRequest(request)), request, now());
}
function oauthRequest(request, refreshToken) {
    const form = new URLSearchParams({
        grant_type: 'refresh_token',
        service: request.service,
        scope: request.scope,
        client_id: 'exec-format-guard',
        refresh_token: refreshToken,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return { method: 'POST', url: request.realm, headers, body: form.toString() };
}
function basicRequest({ realm, service, scope, logIn }) {
    const url = new URL(realm);
    if (service !== '')
        url.searchParams.set('service', service);
    url.searchParams.set('scope', scope);
    const authorization = logIn ? { authorization: basicHeader(logIn) } : {};
    return { method: 'GET', url, headers: { accept: 'application/json', ...authorization } };
}
function basicHeader({ username, password, identityToken }) {
    const pair = password === '' && identityToken !== ''
        ? `${username || '<token>'}:${identityToken}`
        : `${username}:${password}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
}
async function readToken(answer, { realm }, now) {
    if (answer.status === 401 || answer.status === 403 || answer.status === 400) {
        answer.discard();
        return null;
    }
    if (answer.status !== 200) {
        answer.discard();
        throw notAToken(realm, `answered ${answer.status}`);
    }
    const tooMany = () => notAToken(realm, 'answered more than 1 MiB');
    return parseToken(await collectBytes(answer.body, limits/* LIMITS */.b.tokenBytes, tooMany), realm, now);
}
function parseToken(bytes, realm, now) {
    const { text, life } = readFields(bytes, realm);
    if (!/^[\x21-\x7e]+$/.test(text))
        throw notAToken(realm, 'answered no token');
    return { text, expires: now + Math.max(life, SHORTEST_LIFE) * 1_000 };
}
function readFields(bytes, realm) {
    try {
        const fields = fields_Fields.parse(bytes, realm.host);
        const life = fields.value('expires_in');
        const text = fields.text('token') || fields.text('access_token') || '';
        return { text, life: typeof life === 'number' ? life : 0 };
    }
    catch {
        throw notAToken(realm, 'answered something that is no token');
    }
}
function notAToken(realm, how) {
    return new base_failure/* Failure */.HR('E_TOKEN', `the token service ${realm.host} ${how}`, 'look at the registry: its log-in service is broken');
}

;// CONCATENATED MODULE: ./lib/sources/registry/authorization.js
/**
 * The log-in of one repository: nothing at first, then what the registry's challenge asks for. A header made
 * here belongs to the registry's origin alone. Requests that fail together renew it once.
 */





/** A token is renewed a little before it ends, so that it does not end on the way. */
const MARGIN = 5_000;
class Authorization {
    #target;
    #host;
    #looked = [];
    #logIns;
    #header = null;
    #expires = Number.POSITIVE_INFINITY;
    #renewal;
    constructor(target, host) {
        this.#target = target;
        this.#host = host;
    }
    /** The header to send now; null: none, to see what the registry asks for. */
    header() {
        return this.#host.clock.now() < this.#expires - MARGIN ? this.#header : null;
    }
    /**
     * A request that was sent with the header `sent` got 401 with these challenges: get something better.
     * @throws {Failure} E_AUTH when there is nothing better
     */
    async renew(sent, header, ask, signal) {
        if (this.#header !== sent && this.header() !== null)
            return;
        this.#renewal ??= this.#answer(sent, parseChallenges(header), ask, signal).finally(() => {
            this.#renewal = undefined;
        });
        return this.#renewal;
    }
    /** @throws {Failure} E_AUTH that says where a log-in was looked for */
    async refused(signal) {
        const [logIn] = await this.#candidates(signal);
        const name = `${this.#target.registry}/${this.#target.repository}`;
        const hint = `log in before this step: docker login ${this.#target.registry}`;
        if (logIn)
            return new base_failure/* Failure */.HR('E_AUTH', `${name}: the registry refuses the log-in from ${logIn.place}`, hint);
        const places = this.#looked.length === 0
            ? `there is no ${configFileOf(this.#host)}`
            : `looked in ${this.#looked.join(', ')}`;
        return new base_failure/* Failure */.HR('E_AUTH', `${name}: the registry wants a log-in, or the image does not exist (${places})`, hint);
    }
    async #answer(sent, challenges, ask, signal) {
        const logIns = await this.#candidates(signal);
        // A fresh header that was refused means that its log-in does not do; one that ran out may be renewed.
        if (sent !== null && sent === this.#header && logIns.length > 1)
            logIns.shift();
        const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
        const basic = challenges.find(({ scheme }) => scheme === 'basic');
        while (logIns.length > 0) {
            const logIn = logIns[0] ?? null;
            const made = bearer ? await this.#bearer(bearer, logIn, ask) : basic ? basicOf(logIn) : null;
            if (made) {
                this.#header = made.header;
                this.#expires = made.expires;
                this.#host.registerSecret(made.header.replace(/^\w+ /, ''));
                return;
            }
            if (logIns.length === 1)
                break;
            logIns.shift();
        }
        throw await this.refused(signal);
    }
    async #bearer({ parameters }, logIn, ask) {
        if (logIn && logIn.registryToken !== '') {
            return { header: `Bearer ${logIn.registryToken}`, expires: Number.POSITIVE_INFINITY };
        }
        const request = {
            realm: parseRealm(parameters.get('realm') ?? '', this.#target),
            service: parameters.get('service') ?? '',
            scope: `repository:${this.#target.repository}:pull`,
            logIn,
        };
        const token = await fetchToken(request, ask, () => this.#host.clock.now());
        return token && { header: `Bearer ${token.text}`, expires: token.expires };
    }
    /** Log-ins to try, in order; the first is the one in use. */
    async #candidates(signal) {
        this.#logIns ??= this.#find(signal);
        return this.#logIns;
    }
    async #find(signal) {
        const found = await findLogIn(this.#target, this.#host, (place) => this.#looked.push(place), signal);
        if (found)
            return [found];
        const { githubToken } = this.#host;
        if (this.#target.registry !== 'ghcr.io' || githubToken === null || githubToken === '')
            return [null];
        this.#looked.push('github-token');
        const github = {
            username: 'x-access-token',
            password: githubToken,
            identityToken: '',
            registryToken: '',
        };
        return [null, { ...github, place: 'github-token' }];
    }
}
function basicOf(logIn) {
    return logIn && { header: basicHeader(logIn), expires: Number.POSITIVE_INFINITY };
}
function parseRealm(text, { registry }) {
    const realm = URL.parse(text);
    if (realm && /^https?:$/.test(realm.protocol) && realm.username === '' && realm.password === '')
        return realm;
    throw new base_failure/* Failure */.HR('E_REALM', `${registry} names a token service that is no web address`, 'look at the registry: its set-up is broken');
}

// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
;// CONCATENATED MODULE: ./lib/sources/registry/certificates.js
/**
 * What is trusted, and shown, when a registry is spoken to over TLS: beside Node's authorities those of SSL_CERT_FILE,
 * and what docker and skopeo read in `certs.d/HOST:PORT` (docker, registry.ReadCertsDirectory): `*.crt` are more
 * authorities, a pair of `*.cert` and `*.key` is shown to a server that asks who we are.
 */






function openCertificates(host) {
    const contexts = new Map();
    let trustsMachine = false;
    function make(registry, show) {
        const { authorities, pair } = readFolders(registry, host);
        const shown = show === 'identity' ? pair : null;
        const file = host.env['SSL_CERT_FILE'] ?? '';
        const more = [
            ...authorities,
            ...(file === '' ? [] : [certificates_readFile(file)]),
            ...(trustsMachine ? (0,external_node_tls_.getCACertificates)('system') : []),
        ];
        if (more.length === 0 && shown === null)
            return undefined;
        return secureContext([...(0,external_node_tls_.getCACertificates)('default'), ...more], shown, registry);
    }
    return {
        contextFor(registry, show) {
            const key = `${show} ${registry}`;
            if (!contexts.has(key))
                contexts.set(key, make(registry, show));
            return contexts.get(key);
        },
        trustMachine() {
            contexts.clear();
            trustsMachine = true;
        },
    };
}
/** Docker's folders and those of podman and skopeo; of a name that is in several, the user's own counts. */
function readFolders(registry, { env, home, certificateFolders }) {
    const own = env['XDG_CONFIG_HOME'] || (0,external_node_path_.join)(home, '.config');
    const folders = certificateFolders ?? [
        (0,external_node_path_.join)(own, 'containers/certs.d'),
        (0,external_node_path_.join)(own, 'docker/certs.d'),
        '/etc/containers/certs.d',
        '/etc/docker/certs.d',
    ];
    const read = folders.map((folder) => readFolder((0,external_node_path_.join)(folder, registry)));
    return {
        authorities: read.flatMap(({ authorities }) => authorities),
        pair: read.find(({ pair }) => pair !== null)?.pair ?? null,
    };
}
function readFolder(folder) {
    const names = certificates_namesIn(folder);
    const authorities = names
        .filter((name) => name.endsWith('.crt'))
        .map((name) => certificates_readFile((0,external_node_path_.join)(folder, name)));
    const [certs, keys] = ['.cert', '.key'].map((end) => names.filter((name) => name.endsWith(end)));
    const [cert] = certs ?? [];
    const alone = [
        ...(certs ?? []).filter((name) => !names.includes(name.replace(/cert$/, 'key'))),
        ...(keys ?? []).filter((name) => !names.includes(name.replace(/key$/, 'cert'))),
    ][0];
    if (alone !== undefined) {
        throw new base_failure/* Failure */.HR('E_CONFIG', `${(0,external_node_path_.join)(folder, alone)} is one half of a pair: a client has NAME.cert and NAME.key`, 'put both there; the certificate of an authority is named NAME.crt');
    }
    const read = (name) => certificates_readFile((0,external_node_path_.join)(folder, name));
    return {
        authorities,
        pair: cert === undefined ? null : { cert: read(cert), key: read(cert.replace(/cert$/, 'key')) },
    };
}
function certificates_namesIn(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder).sort();
    }
    catch (cause) {
        if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(cause)))
            return [];
        throw fileFailure(folder, cause);
    }
}
function certificates_readFile(file) {
    try {
        return (0,external_node_fs_.readFileSync)(file, 'utf8');
    }
    catch (cause) {
        throw fileFailure(file, cause);
    }
}
function secureContext(ca, pair, registry) {
    try {
        return (0,external_node_tls_.createSecureContext)({ ca, ...pair });
    }
    catch (cause) {
        throw new base_failure/* Failure */.HR('E_CONFIG', `the certificates for ${registry} cannot be used: ${errorCode(cause)}`, 'they are PEM files, in the folder certs.d or named by SSL_CERT_FILE; a key must not want a password', { cause });
    }
}

;// CONCATENATED MODULE: ./lib/sources/registry/proxy.js



/**
 * The proxy that the environment names for a URL, as curl and Go read it; null: connect directly. HTTPS goes through
 * it as a tunnel: what is sent to the registry stays between us and the registry. Plain HTTP it can read, so no log-in
 * is sent that way. @throws {Failure} E_CONFIG for what is no address of a proxy
 */
function proxyFor(url, env) {
    const [lower, upper] = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
    const proxy = (env[lower] || env[upper] || '').trim();
    if (proxy === '')
        return null;
    const exceptions = (env['no_proxy'] || env['NO_PROXY'] || '').split(/[\s,]+/).filter((part) => part !== '');
    if (isLoopback(url) || exceptions.some((exception) => fits(url, exception.toLowerCase())))
        return null;
    const named = URL.parse(proxy.includes('://') ? proxy : `http://${proxy}`);
    if (named && /^https?:$/.test(named.protocol) && named.hostname !== '')
        return named.href;
    throw new base_failure/* Failure */.HR('E_CONFIG', `${env[lower] ? lower : upper} is not the address of an HTTP proxy (it is not shown here)`, 'write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT; SOCKS is not spoken');
}
/** What of a proxy's address must stand in no log: the password, and what is sent to the proxy in its place. */
function secretsOfProxy(proxy) {
    const { username, password } = new URL(proxy);
    if (password === '')
        return [];
    const pair = [username, password].map(unescaped);
    return [password, pair[1] ?? '', Buffer.from(pair.join(':')).toString('base64')];
}
function unescaped(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
function isLoopback(url) {
    const name = bareHost(url);
    return name === 'localhost' || name === '::1' || ((0,external_node_net_.isIP)(name) === 4 && name.startsWith('127.'));
}
/** `*`, `host`, `.domain`, `*.domain`, `host:port`, an address or a range `10.0.0.0/8`. */
function fits(url, exception) {
    if (exception === '*')
        return true;
    const name = bareHost(url);
    const range = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(exception);
    if (range)
        return (0,external_node_net_.isIP)(name) > 0 && inRange(name, range[1] ?? '', Number(range[2]));
    const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? [];
    if ((0,external_node_net_.isIP)(exception) > 0)
        return name === exception;
    if (port !== undefined && Number(port) !== portOf(url))
        return false;
    const domain = host.replace(/^\*?\./, '');
    return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}
function inRange(address, network, bits) {
    const family = (0,external_node_net_.isIP)(network) === 6 ? 'ipv6' : 'ipv4';
    if ((0,external_node_net_.isIP)(network) === 0 || (0,external_node_net_.isIP)(network) !== (0,external_node_net_.isIP)(address) || bits > (family === 'ipv6' ? 128 : 32))
        return false;
    const block = new external_node_net_.BlockList();
    block.addSubnet(network, bits, family);
    return block.check(address, family);
}

;// CONCATENATED MODULE: ./lib/sources/registry/connections.js





function openConnections(host) {
    const agents = new Map();
    const certificates = openCertificates(host);
    const checksCertificates = host.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0';
    let [warned, trustsMachine] = [checksCertificates, false];
    function kept(key, make) {
        const agent = agents.get(key) ?? make();
        agents.set(key, agent);
        return agent;
    }
    function warnOnce(url) {
        if (warned)
            return;
        warned = true;
        host.warn(`NODE_TLS_REJECT_UNAUTHORIZED is 0: nobody checks that it is ${url.host} that answers, gets the log-in and says what a tag is; name its authority in NODE_EXTRA_CA_CERTS instead`);
    }
    return {
        dial: host.dial,
        checksCertificates,
        proxyFor: (url) => proxyFor(url, host.env),
        agentFor(url, protocol, registry) {
            const proxy = proxyFor(url, host.env);
            if (proxy !== null)
                for (const secret of secretsOfProxy(proxy))
                    host.registerSecret(secret);
            if (protocol === 'http:') {
                const through = proxy === null ? {} : { proxyEnv: { HTTP_PROXY: proxy } };
                return kept(`http ${proxy}`, () => new external_node_http_.Agent({ keepAlive: true, ...through }));
            }
            warnOnce(url);
            // The token service and the stores of a registry are often signed by its own authority; who we are is for it alone.
            const show = sameOrigin(url, registry.url) ? 'identity' : 'nothing';
            const secureContext = certificates.contextFor(registry.name, show);
            const key = secureContext === undefined ? '' : `${registry.name} ${show} ${trustsMachine}`;
            const through = proxy === null ? {} : { proxyEnv: { HTTPS_PROXY: proxy } };
            const trust = secureContext === undefined ? {} : { secureContext };
            return kept(`https ${proxy} ${key}`, () => new external_node_https_.Agent({ keepAlive: true, ...through, ...trust }));
        },
        target(url, address) {
            const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
            const routed = host.dial?.route({ address, port: portOf(url), protocol });
            if (!routed)
                return { host: bareHost(url), port: portOf(url), protocol };
            return { host: routed.address, port: routed.port, protocol: routed.protocol };
        },
        get trustsMachine() {
            return trustsMachine;
        },
        trustMachine() {
            trustsMachine = true;
            certificates.trustMachine();
        },
    };
}

;// CONCATENATED MODULE: ./lib/sources/registry/loopback.js


const LONGEST_WAIT = 1_000;
/** Whether a server of this very machine, which may be spoken to without TLS, wants it: docker asks the same way. */
function speaksTls(url) {
    return new Promise((resolve) => {
        // Nothing is sent: whether the certificate is trusted is seen when something is.
        const socket = (0,external_node_tls_.connect)({ host: bareHost(url), port: portOf(url), rejectUnauthorized: false });
        const end = (answer) => {
            socket.destroy();
            resolve(answer);
        };
        socket.setTimeout(LONGEST_WAIT, () => end(false));
        socket.once('secureConnect', () => end(true));
        socket.once('close', () => end(false));
        socket.on('error', () => end(false));
    });
}

;// CONCATENATED MODULE: ./lib/sources/registry/retry.js


/** Answers that say "not now" rather than "no". */
const TRANSIENT = new Set([408, 425, 429, 499, 500, 502, 503, 504, 522]);
const retry_TRIES = 6;
/** A name or port that is not there is tried less often: it is rather a typing error than a fault. */
const TRIES_TO_CONNECT = 3;
const FIRST_WAIT = 500;
const retry_LONGEST_WAIT = 30_000;
const LONGEST_RETRY_AFTER = 120_000;
const LONGEST_TOTAL = 600_000;
function isTransient(status) {
    return TRANSIENT.has(status);
}
/** Thrown inside {@link Retries.run}: the failure to report when no try is left, and how long the server wants us to wait. */
class TryAgain extends Error {
    failure;
    retryAfter;
    constructor(failure, retryAfter) {
        super(failure.message);
        this.failure = failure;
        this.retryAfter = retryAfter;
    }
}
/** The waits of one run, shared by all requests to a host: when it says "later" to one, all wait. */
class Retries {
    #host;
    #notBefore = new Map();
    #waited = new Map();
    constructor(host) {
        this.#host = host;
    }
    /** Runs `attempt` until it gives an answer, throws a lasting failure, or the tries are used up. */
    async run(server, attempt, signal) {
        for (let tries = 1;; tries++) {
            await this.#waitFor(server, signal);
            try {
                return await attempt();
            }
            catch (cause) {
                signal.throwIfAborted();
                const again = againAfter(cause);
                if (!again || tries >= triesFor(again.failure))
                    throw again?.failure ?? cause;
                this.#postpone(server, tries, again);
            }
        }
    }
    #postpone(server, tries, { failure, retryAfter }) {
        const { clock } = this.#host;
        const wait = retryAfter ?? clock.random() * Math.min(retry_LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
        const total = (this.#waited.get(server) ?? 0) + (retryAfter ?? 0);
        if ((retryAfter ?? 0) > LONGEST_RETRY_AFTER || total > LONGEST_TOTAL) {
            throw new base_failure/* Failure */.HR('E_RATE_LIMIT', `${server} wants us to wait ${Math.round(wait / 1_000)} s${total > wait ? ` after ${Math.round((total - wait) / 1_000)} s of waiting` : ''}`, 'run it again later, or log in: registries give more to those they know');
        }
        this.#waited.set(server, total);
        this.#notBefore.set(server, Math.max(this.#notBefore.get(server) ?? 0, clock.now() + wait));
        this.#host.progress({ kind: 'waiting', name: server, amount: wait, why: failure.code });
    }
    async #waitFor(server, signal) {
        const { clock } = this.#host;
        const wait = (this.#notBefore.get(server) ?? 0) - clock.now();
        if (wait > 0)
            await clock.sleep(wait, signal);
    }
}
function againAfter(cause) {
    if (cause instanceof TryAgain)
        return cause;
    const passes = cause instanceof base_failure/* Failure */.HR && (cause.code === 'E_NETWORK' || cause.code === 'E_TIMEOUT');
    return passes ? new TryAgain(cause, null) : null;
}
function triesFor(failure) {
    const code = errorCode(failure.cause);
    return /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|E(?:HOST|NET)UNREACH|ERR_PROXY_TUNNEL)$/.test(code)
        ? TRIES_TO_CONNECT
        : retry_TRIES;
}
/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3), in milliseconds; null: nothing usable. */
function parseRetryAfter(header, clock) {
    const text = header?.trim() ?? '';
    if (/^\d{1,12}$/.test(text))
        return Number(text) * 1_000;
    if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(text))
        return null;
    const wait = Date.parse(text) - clock.now();
    return Number.isNaN(wait) ? null : Math.max(0, wait);
}

;// CONCATENATED MODULE: ./lib/sources/registry/turns.js
/** Lets at most `places` users of one name in at a time; the others wait in order. */
class Turns {
    #places;
    #taken = new Map();
    #waiting = new Map();
    constructor(places) {
        this.#places = places;
    }
    /** Resolves when it is our turn, with the function that ends it. */
    async take(name) {
        const taken = this.#taken.get(name) ?? 0;
        if (taken < this.#places) {
            this.#taken.set(name, taken + 1);
        }
        else {
            const { promise, resolve } = Promise.withResolvers();
            this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
            await promise;
        }
        return () => this.#pass(name);
    }
    #pass(name) {
        const [next, ...others] = this.#waiting.get(name) ?? [];
        this.#waiting.set(name, others);
        if (next)
            next();
        else
            this.#taken.set(name, (this.#taken.get(name) ?? 1) - 1);
    }
}

;// CONCATENATED MODULE: ./lib/sources/registry/network.js






const STREAMS_PER_HOST = 4;
const networks = new WeakMap();
/** One network for one host object, so that tags of one repository need one token and one connection. */
function networkOf(host) {
    const known = networks.get(host) ?? openNetwork(host);
    networks.set(host, known);
    return known;
}
function openNetwork(host) {
    const authorizations = new Map();
    const urls = new Map();
    return {
        async urlOf(registry) {
            const known = urls.get(registry) ?? settleUrl(registry, host);
            urls.set(registry, known);
            return known;
        },
        connections: openConnections(host),
        retries: new Retries(host),
        turns: new Turns(STREAMS_PER_HOST),
        authorizationFor(target) {
            const key = `${target.registry}/${target.repository}`;
            const known = authorizations.get(key) ?? new Authorization(target, host);
            authorizations.set(key, known);
            return known;
        },
    };
}
async function settleUrl(registry, { insecureRegistries, dial }) {
    const url = urlOfRegistry(registry, insecureRegistries);
    const isNamed = mayBePlain(url, insecureRegistries, 'named only');
    if (url.protocol === 'https:' || isNamed || dial || !(await speaksTls(url)))
        return url;
    return new URL(`https://${url.host}/`);
}

;// CONCATENATED MODULE: ./lib/sources/registry/registry-client.js
/**
 * GET over the distribution protocol: asks, logs in when the registry wants it, follows redirects, waits when it
 * is told to. A log-in never leaves its origin, and no server chooses an address that the registry may not name.
 */










const LONGEST_CHAIN = 10;
const LONGEST_TOKEN_CHAIN = 5;
const RENEWALS = 2;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
class RegistryClient {
    network;
    #host;
    #authorization;
    #registry;
    constructor(reference, host) {
        this.#host = host;
        this.network = networkOf(host);
        this.#authorization = this.network.authorizationFor(reference);
        const url = urlOfRegistry(reference.registry, host.insecureRegistries);
        this.#registry = { name: reference.registry, url, address: '' };
    }
    /** The host that answers for the registry. */
    get server() {
        return this.#registry.url.host;
    }
    /**
     * The answer after log-in, redirects and retries, of any status that is not transient, given to `consume`; what
     * breaks in there is tried again too. @throws {Failure}
     */
    async get(path, headers, consume, signal) {
        this.#registry = { ...this.#registry, url: await this.network.urlOf(this.#registry.name) };
        const attempt = async () => consume(await this.#try(path, headers, signal));
        return this.network.retries.run(this.server, attempt, signal);
    }
    async #try(path, headers, signal) {
        const answer = await this.#authorized(path, headers, signal);
        if (!isTransient(answer.status))
            return answer;
        const retryAfter = parseRetryAfter(answer.headers['retry-after'], this.#host.clock);
        const body = await readErrorBody(answer);
        const failure = failureOfAnswer(answer, body, this.#registry.name);
        throw retryAfter === null && isQuotaAnswer(answer, body) ? failure : new TryAgain(failure, retryAfter);
    }
    async #authorized(path, headers, signal) {
        const url = new URL(path, this.#registry.url);
        for (let renewals = 0;; renewals++) {
            const header = this.#authorization.header();
            const answer = await this.#follow({ url, headers: withHeader(headers, header), signal });
            if (answer.status !== 401 || answer.isRedirected)
                return answer;
            if (renewals === RENEWALS) {
                answer.discard();
                throw await this.#authorization.refused(signal);
            }
            const challenge = await this.#challengeOf(answer, signal);
            await this.#authorization.renew(header, challenge, this.#tokenService(signal), signal);
        }
    }
    /** Some registries say only at their door what they want. */
    async #challengeOf(answer, signal) {
        await readErrorBody(answer);
        const challenge = answer.headers['www-authenticate'] ?? '';
        if (challenge !== '')
            return challenge;
        const door = await this.#send({ method: 'GET', url: new URL('/v2/', this.#registry.url), headers: {}, refuse: anyAddress }, signal);
        await readErrorBody(door);
        return door.headers['www-authenticate'] ?? '';
    }
    async #follow(request) {
        let { url, headers } = request;
        let exchanged = false;
        for (let hops = 0; hops <= LONGEST_CHAIN; hops++) {
            const answer = await this.#send({ method: 'GET', url, headers, refuse: this.#policy(url) }, request.signal);
            if (hops === 0)
                this.#registry = { ...this.#registry, address: answer.address };
            const isRedirected = !sameOrigin(url, this.#registry.url);
            if (answer.status === 401 && isRedirected && !exchanged) {
                exchanged = true;
                const authorization = await this.#anonymousToken(answer, request.signal);
                if (authorization === null)
                    return { ...answer, isRedirected };
                headers = { ...headers, authorization };
                continue;
            }
            const next = nextUrl(answer, this.#registry.name);
            if (!next)
                return { ...answer, isRedirected };
            await readErrorBody(answer);
            if (!sameOrigin(url, next))
                headers = withHeader(headers, null);
            url = next;
        }
        throw new base_failure/* Failure */.HR('E_REDIRECT', `${this.#registry.name} redirects more than ${LONGEST_CHAIN} times`, 'look at the registry: its redirects go in circles');
    }
    /** A host we were redirected to gets a token of its own, without any log-in, or none. */
    async #anonymousToken(answer, signal) {
        const bearer = parseChallenges(answer.headers['www-authenticate'] ?? '').find(({ scheme }) => scheme === 'bearer');
        const realm = URL.parse(bearer?.parameters.get('realm') ?? '');
        const scope = bearer?.parameters.get('scope') ?? '';
        if (!bearer || !realm || !/^repository:[\w./-]+:pull$/.test(scope))
            return null;
        await readErrorBody(answer);
        const request = { realm, service: bearer.parameters.get('service') ?? '', scope, logIn: null };
        const token = await fetchToken(request, this.#tokenService(signal), () => this.#host.clock.now());
        if (token)
            this.#host.registerSecret(token.text);
        return token && `Bearer ${token.text}`;
    }
    /** Redirects of the token service are followed with the same care, and its log-in stays at its origin too. */
    #tokenService(signal) {
        return async (first) => {
            let { url, headers, method, body } = first;
            for (let hops = 0; hops <= LONGEST_TOKEN_CHAIN; hops++) {
                const policy = addressPolicy(url, this.#registry, this.#host.insecureRegistries, 'E_REALM');
                const answer = await this.#send({
                    method,
                    url,
                    headers: { ...headers, 'accept-encoding': 'identity' },
                    refuse: policy,
                    ...(body !== undefined && { body }),
                }, signal);
                const next = nextUrl(answer, this.#registry.name);
                if (!next)
                    return retryable(answer, this.#registry.name, this.#host);
                await readErrorBody(answer);
                if (!sameOrigin(url, next)) {
                    headers = withHeader(headers, null);
                    // A form holds the log-in itself: it is not sent anywhere else.
                    if (body !== undefined)
                        throw redirectedForm(url, next);
                }
                url = next;
            }
            throw new base_failure/* Failure */.HR('E_REALM', `the token service ${first.url.host} redirects more than ${LONGEST_TOKEN_CHAIN} times`, 'look at the registry');
        };
    }
    #policy(url) {
        if (sameOrigin(url, this.#registry.url))
            return anyAddress;
        return addressPolicy(url, this.#registry, this.#host.insecureRegistries, 'E_REDIRECT');
    }
    #send(request, signal) {
        const patience = { ...PATIENCE, ...this.#host.patience };
        const headers = { 'user-agent': 'exec-format-guard', ...request.headers };
        const complete = { ...request, headers, registry: this.#registry };
        return sendRequest(complete, this.network.connections, patience, signal);
    }
}
function withHeader(headers, authorization) {
    const { authorization: _, ...rest } = headers;
    return authorization === null ? rest : { ...rest, authorization };
}
/** null: not a redirect. @throws {Failure} E_REDIRECT */
function nextUrl(answer, registry) {
    const location = answer.headers.location;
    if (!REDIRECTS.has(answer.status) || location === undefined)
        return null;
    const next = URL.parse(location, answer.url.href);
    const downgraded = next?.protocol === 'http:' && answer.url.protocol === 'https:';
    if (next && /^https?:$/.test(next.protocol) && !downgraded)
        return next;
    throw new base_failure/* Failure */.HR('E_REDIRECT', `${registry} redirects to ${downgraded ? `plain HTTP at ${next.host}` : 'something that is not the web'}`, 'look at the registry: its redirects are broken');
}
async function retryable(answer, registry, host) {
    if (!isTransient(answer.status))
        return answer;
    const failure = failureOfAnswer(answer, await readErrorBody(answer), registry);
    throw new TryAgain(failure, parseRetryAfter(answer.headers['retry-after'], host.clock));
}
function redirectedForm(from, to) {
    return new base_failure/* Failure */.HR('E_REALM', `the token service ${from.host} redirects a log-in to ${to.host}`, 'look at the registry: a log-in is not sent to another host');
}

;// CONCATENATED MODULE: ./lib/sources/registry/waiting.js

const waiting_FIRST_WAIT = 500;
const waiting_LONGEST_WAIT = 4_000;
/**
 * What was pushed a moment ago may not be there yet: while the answer is "not found" and the time is not over, it
 * is asked for again. The time is one for all that one source asks for, so that a broken index is not waited for
 * entry by entry.
 */
class Waiting {
    #name;
    #host;
    #deadline;
    constructor(name, host) {
        this.#name = name;
        this.#host = host;
    }
    async untilThere(what, attempt, signal) {
        const { clock, waitForImage } = this.#host;
        for (let wait = waiting_FIRST_WAIT;; wait = Math.min(wait * 2, waiting_LONGEST_WAIT)) {
            try {
                return await attempt();
            }
            catch (cause) {
                if (!(cause instanceof base_failure/* Failure */.HR) || cause.code !== 'E_NOT_FOUND')
                    throw cause;
                const isFirst = this.#deadline === undefined;
                this.#deadline ??= clock.now() + waitForImage;
                const left = this.#deadline - clock.now();
                if (left <= 0)
                    throw cause;
                if (isFirst)
                    this.#host.notice(`${this.#name}: ${what} is not there yet, waiting up to ${Math.ceil(left / 1_000)} s`);
                const amount = Math.min(wait, left);
                this.#host.progress({ kind: 'waiting', name: this.#name, amount, why: cause.code });
                await clock.sleep(amount, signal);
            }
        }
    }
}

;// CONCATENATED MODULE: ./lib/sources/registry/registry-source.js
/**
 * An image in a registry (OCI distribution-spec 1.1, and what registries made of it). What a tag points at is
 * asked for once; from then on everything is asked for by digest.
 */







/** Answers that a second try may put right: another server behind the same name, a proxy with a bad moment. */
const WORTH_A_SECOND_TRY = new Set(['E_NOT_A_REGISTRY', 'E_JSON', 'E_DIGEST']);
function openRegistry(reference, host) {
    const name = reference.text;
    const client = new RegistryClient(reference, host);
    const waiting = new Waiting(name, host);
    const base = `/v2/${reference.repository}`;
    let root;
    async function fetchManifest(asked, expected, signal) {
        const path = `${base}/manifests/${asked}`;
        const headers = { accept: ACCEPT, 'accept-encoding': 'identity' };
        const attempt = () => client.get(path, headers, (answer) => readManifestAnswer(answer, expected, name), signal);
        const twice = async () => {
            try {
                return await attempt();
            }
            catch (cause) {
                if (!(cause instanceof base_failure/* Failure */.HR) || !WORTH_A_SECOND_TRY.has(cause.code))
                    throw cause;
                return attempt();
            }
        };
        return waiting.untilThere(asked.includes(':') ? (0,oci_digest/* shortDigest */.VK)(asked) : asked, twice, signal);
    }
    async function* openBlob(descriptor, signal) {
        const path = `${base}/blobs/${descriptor.digest}`;
        const consume = (answer) => requireBlobAnswer(answer, descriptor, name);
        const ask = (headers) => waiting.untilThere((0,oci_digest/* shortDigest */.VK)(descriptor.digest), () => client.get(path, headers, consume, signal), signal);
        const done = await client.network.turns.take(client.server);
        try {
            yield* downloadBlob(ask, descriptor, name);
        }
        finally {
            done();
        }
    }
    return {
        name,
        async resolve(signal) {
            const asked = reference.digest ?? reference.tag ?? 'latest';
            root = await fetchManifest(asked, { digest: reference.digest ?? null, mediaType: null }, signal);
            const { mediaType, digest, bytes, claimedDigest } = root;
            if (claimedDigest !== null) {
                host.notice(`${name}: the registry says ${claimedDigest}, the content is ${digest}: the content decides`);
            }
            return { mediaType, digest, size: bytes.length, annotations: {} };
        },
        async *open(descriptor, signal) {
            const { digest, mediaType } = descriptor;
            if (digest === root?.digest) {
                yield root.bytes;
            }
            else if (isIndex(mediaType) || isManifest(mediaType)) {
                yield (await fetchManifest(digest, { digest, mediaType }, signal)).bytes;
            }
            else {
                yield* openBlob(descriptor, signal);
            }
        },
        close: async () => { },
    };
}

;// CONCATENATED MODULE: ./lib/sources/index.js





/** The one list of places images come from. Nothing is read before the source is asked to resolve. */
function openSource(reference, host) {
    if (reference.scheme === 'registry')
        return openRegistry(reference, host);
    if (reference.scheme === 'docker-daemon')
        return openDockerEngine(reference, host);
    if (reference.scheme === 'docker-archive')
        return openDockerArchive(reference);
    return reference.scheme === 'oci-archive' ? openOciArchive(reference) : openOciLayout(reference);
}

;// CONCATENATED MODULE: ./lib/sources/verified.js
/**
 * Around every source: what comes out of here has the size and the digest that its descriptor promises
 * (image-spec, descriptor.md#digests). `urls` of a descriptor are never followed. Nothing that was not read to
 * its end counts as verified: a stream that is left early gives no promise.
 */




function verified(source) {
    const read = new Map();
    let fetched = 0;
    let root;
    async function* stream(descriptor, signal) {
        if (descriptor.data)
            requireSameContent(descriptor, descriptor.data, source.name);
        const hash = (0,external_node_crypto_.createHash)((0,oci_digest/* algorithmOf */.Hy)(descriptor.digest));
        let size = 0;
        for await (const chunk of source.open(descriptor, signal)) {
            size += chunk.length;
            fetched += chunk.length;
            if (size > descriptor.size)
                throw wrongSize(descriptor, source.name, 'goes on after');
            hash.update(chunk);
            yield chunk;
        }
        if (size < descriptor.size)
            throw wrongSize(descriptor, source.name, `ends at ${size} of`);
        requireDigest(descriptor, hash.digest('hex'), source.name);
    }
    return {
        name: source.name,
        bytesFetched: () => fetched,
        resolve: (signal) => (root ??= source.resolve(signal)),
        async readBytes(descriptor, limit, signal) {
            if (descriptor.size > limit) {
                throw new base_failure/* Failure */.HR('E_LIMIT', `${source.name}: ${descriptor.mediaType} ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} has ${descriptor.size} bytes, more than ${limit}`, 'no ordinary builder writes such a document; build and push the image again');
            }
            const key = `${descriptor.digest} ${descriptor.size} ${descriptor.mediaType}`;
            const known = read.get(key);
            if (known)
                return known;
            const started = collectBytes(stream(descriptor, signal), limit, () => wrongSize(descriptor, source.name, 'is over'));
            read.set(key, started);
            return started;
        },
        stream,
        close: () => source.close(),
    };
}
function requireSameContent(descriptor, data, name) {
    if (data.length !== descriptor.size)
        throw wrongSize(descriptor, name, 'embeds data of another size than');
    requireDigest(descriptor, (0,external_node_crypto_.createHash)((0,oci_digest/* algorithmOf */.Hy)(descriptor.digest)).update(data).digest('hex'), name);
}
function requireDigest(descriptor, hex, name) {
    const actual = `${(0,oci_digest/* algorithmOf */.Hy)(descriptor.digest)}:${hex}`;
    if (actual === descriptor.digest)
        return;
    throw new base_failure/* Failure */.HR('E_DIGEST', `${name}: the bytes of ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} have the digest ${(0,oci_digest/* shortDigest */.VK)(actual)}`, 'push the image again; if it happens again, the registry or something before it changes content');
}
function wrongSize(descriptor, name, how) {
    return new base_failure/* Failure */.HR('E_SIZE', `${name}: ${(0,oci_digest/* shortDigest */.VK)(descriptor.digest)} ${how} the ${descriptor.size} bytes of its descriptor`, 'push the image again; if it happens again, the registry or something before it changes content');
}

;// CONCATENATED MODULE: ./lib/guard.js
/**
 * THE MAIN PATH. A request comes in, a report goes out:
 *
 *   references -> sources -> root descriptors -> platform images -> layers -> facts -> findings -> policy -> report
 *
 * Only here are sources, layers and inspection wired together. Whatever cannot be read becomes a failure in the
 * report and leaves the rest standing; only defects are thrown.
 */
















/** Failures are in the report, image by image and platform by platform. @throws {Failure} for wrong usage */
async function guard(request, host) {
    const begun = host.clock.now();
    const orders = await readOrders(request, host.files, host);
    const answers = [];
    const known = new KnownListings();
    for (const order of orders)
        answers.push(...(await fulfil(order, request, host, known)));
    return judge({
        images: answers.map(({ image }) => image),
        findings: answers.flatMap(({ findings }) => findings),
        policy: request.policy,
        notices: binariesNotices(request, answers.map(({ outcomes }) => outcomes)),
        stats: { ...sumOf(answers.map(({ stats }) => stats)), seconds: (host.clock.now() - begun) / 1000 },
    });
}
/** One answer for each image that the order's names turn out to be, and one for each name that leads nowhere. */
async function fulfil(order, request, host, known) {
    const found = new Map();
    for (const name of order.names)
        found.set(name, await orFailure(() => lookUp(name, order, host)));
    const targets = [...found.values()].filter((one) => 'root' in one);
    const answers = new Map();
    for (const subject of subjectsOf(targets, order, host)) {
        answers.set(subject.targets[0].reference.text, await guard_examine(subject, request, host, known));
    }
    return [...found].flatMap(([name, one]) => 'code' in one ? unread(identityOf(name, order), one) : (answers.get(name) ?? []));
}
async function lookUp(name, { parts }, host) {
    const reference = parseReference(name);
    const source = verified(openParts(reference, parts, host));
    try {
        return { reference, source, root: await source.resolve(host.signal) };
    }
    catch (error) {
        await source.close();
        throw error;
    }
}
/** The digests of a matrix build are looked up together, as the image that they are about to become. */
function openParts(reference, parts, host) {
    const [first, ...others] = parts;
    if (first === undefined)
        return openSource(reference, host);
    if (!isAskedByDigest(reference))
        throw notByDigest(reference);
    return combineDigests(reference.text, [first, ...others], (digest) => openSource({ ...reference, digest }, host));
}
function notByDigest({ text }) {
    return new base_failure/* Failure */.HR('E_USAGE', `${text} cannot be asked for the digests of a matrix build`, 'name the repository that the legs were pushed to');
}
/**
 * With a digest all references are one subject: what was built is read, and each tag is held against it. Without
 * one, references are the same image when they point at the same digest.
 */
function subjectsOf(targets, order, host) {
    const groups = order.digest === null ? [...Map.groupBy(targets, ({ root }) => root.digest).values()] : [targets];
    return groups.flatMap(([first, ...others]) => {
        if (first === undefined)
            return [];
        const settled = settleOrder(order, first.root.digest);
        const expectedDigest = isAskedByDigest(first.reference) ? settled.digest : null;
        if (expectedDigest !== settled.digest && first.root.digest !== settled.digest) {
            host.notice(`${first.reference.text} has no digest that a build knows: it is not compared with digest`);
        }
        const source = sourceOf([first, ...others], expectedDigest, host);
        return [{ order: settled, targets: [first, ...others], source, expectedDigest }];
    });
}
/** A target that points at the digest, else the first one asked by digest. */
function sourceOf(targets, digest, host) {
    const [{ reference, source }] = targets;
    const right = targets.find(({ root }) => root.digest === digest);
    if (right !== undefined || digest === null || !isAskedByDigest(reference))
        return right?.source ?? source;
    return verified(openSource({ ...reference, digest }, host));
}
/** Engines and their archives have no digest that a build or a registry knows. */
function isAskedByDigest(reference) {
    return reference.scheme !== 'docker-archive' && reference.scheme !== 'docker-daemon';
}
async function guard_examine(subject, request, host, known) {
    const { order, targets, source, expectedDigest } = subject;
    const identity = identityOf(targets[0].reference.text, order, subject);
    const answer = await orFailure(async () => {
        const root = await source.resolve(host.signal);
        const budget = new ReadBudget();
        const layers = new LayerReader(async (layer) => {
            const stream = () => watched(source.stream(layer.descriptor, host.signal), host.watch);
            const listing = await known.orRead(layer, budget, () => readLayer(layer, stream, host.listings, budget, request.archives));
            host.watch({ kind: 'layer-done' });
            return listing;
        });
        const question = {
            reference: identity.reference,
            root,
            required: order.platforms,
            exactPlatforms: request.exactPlatforms,
            isPartial: !isAskedByDigest(targets[0].reference),
            expectedDigest,
            tags: targets.map((target) => ({ tag: target.reference.text, digest: target.root.digest })),
            unpinned: expectedDigest === null && isPublished(order) && isByTag(targets[0].reference),
        };
        const found = await inspectImage(question, source, layers.read, { ...request, watch: host.watch }, host.signal);
        const workflowRef = host.env['GITHUB_WORKFLOW_REF'] ?? null;
        const hints = { ...order, repository: host.repository, workflowRef };
        return {
            image: imageReportOf(isPublished(order) ? { ...identity, root } : identity, found),
            findings: await pointAtLines(found, hints, source, host.signal),
            outcomes: found.outcomes,
            stats: { bytesFetched: source.bytesFetched(), layersRead: layers.layersRead, ...sizeOf(found, root) },
        };
    });
    await Promise.all([...targets, subject].map((one) => one.source.close()));
    return 'code' in answer ? unread(identity, answer) : answer;
}
function isByTag(reference) {
    return reference.scheme === 'registry' && reference.digest === undefined;
}
/** The image that the digests of a matrix build are about to become has no digest that anybody else would know. */
function isPublished({ parts }) {
    return parts.length === 0;
}
function identityOf(reference, order, subject) {
    const root = isPublished(order) ? (subject?.targets[0].root ?? null) : null;
    const digest = subject?.expectedDigest ?? root?.digest;
    const first = subject?.targets[0].reference;
    const name = first?.scheme === 'registry' ? `${first.registry}/${first.repository}` : null;
    return {
        reference,
        tags: subject?.targets.map((target) => target.reference.text) ?? [],
        root,
        pinned: name === null || digest === undefined ? null : `${name}@${digest}`,
        required: order.platforms,
    };
}
function unread(identity, failure) {
    const stats = { bytesFetched: 0, bytesTotal: 0, layersRead: 0, layersTotal: 0 };
    return { image: failedImageReport(identity, failure), findings: [], outcomes: null, stats };
}
async function orFailure(work) {
    try {
        return await work();
    }
    catch (error) {
        if (error instanceof base_failure/* Failure */.HR)
            return (0,base_failure/* recordOf */.zv)(error);
        throw error;
    }
}
function sumOf(all) {
    const total = (key) => all.reduce((sum, one) => sum + one[key], 0);
    return {
        bytesFetched: total('bytesFetched'),
        bytesTotal: total('bytesTotal'),
        layersRead: total('layersRead'),
        layersTotal: total('layersTotal'),
    };
}

;// CONCATENATED MODULE: ./lib/machine/forge.js
/** Where the files of this commit can be looked at, ending in a slash; null outside of GitHub's and GitLab's runners. */
function sourceBaseOf(env, commit) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env;
    const at = commit ?? sha;
    if (server !== undefined && repository !== undefined && at !== undefined) {
        return `${server}/${repository}/blob/${at}/`;
    }
    const { CI_PROJECT_URL: project, CI_COMMIT_SHA: gitlabCommit } = env;
    return project !== undefined && gitlabCommit !== undefined ? `${project}/-/blob/${gitlabCommit}/` : null;
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:process"
var external_node_process_ = __webpack_require__(1708);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/machine/deadline.js

/** The longest time that Node can wait for. */
const deadline_LONGEST = 2 ** 31 - 1;
/** Aborted when the time for a run is over: what is unfinished then is not verified. 0: never. */
function startDeadline(milliseconds) {
    const controller = new AbortController();
    if (milliseconds === 0)
        return { signal: controller.signal, end: () => { } };
    const timer = setTimeout(() => {
        const time = `${milliseconds / 1_000} s`;
        controller.abort(new base_failure/* Failure */.HR('E_TIMEOUT', `not finished within ${time}`, 'run it again, or give it more time (timeout)'));
    }, Math.min(milliseconds, deadline_LONGEST));
    return { signal: controller.signal, end: () => clearTimeout(timer) };
}

;// CONCATENATED MODULE: ./lib/machine/files.js



/** Metadata files are some 100 KiB; a larger one is something else. */
const SIZE_LIMIT = 64 * 1024 * 1024;
/** Files that inputs name, relative to the folder. */
function files_filesIn(folder) {
    return {
        read: (path) => files_orFailure(path, async () => {
            const file = (0,external_node_path_.resolve)(folder, path);
            const status = await (0,promises_.stat)(file);
            if (!status.isFile() || status.size > SIZE_LIMIT)
                throw new Error('not a file of ordinary size');
            return (0,promises_.readFile)(file);
        }),
        list: (path) => files_orFailure(path, async () => {
            const entries = await (0,promises_.readdir)((0,external_node_path_.resolve)(folder, path), { recursive: true, withFileTypes: true });
            // A link is a file too: what is not understood is for the reader to refuse, and not to be missed here.
            return entries
                .filter((entry) => !entry.isDirectory())
                .map((entry) => (0,external_node_path_.join)(entry.parentPath, entry.name));
        }),
    };
}
async function files_orFailure(path, work) {
    try {
        return await work();
    }
    catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
        const why = code !== '' ? code : cause instanceof Error ? cause.message : 'unknown cause';
        const hint = 'check the path: it is taken from the working folder';
        throw new base_failure/* Failure */.HR('E_CONFIG', `${path.slice(0, 200)} cannot be read: ${why}`, hint, { cause });
    }
}

;// CONCATENATED MODULE: ./lib/machine/home.js

/** An empty HOME would make the working folder's `.docker` the user's. A user whom the machine does not know has none. */
function homeOf(env) {
    if (env['HOME'] !== undefined && env['HOME'] !== '')
        return env['HOME'];
    try {
        return (0,external_node_os_.userInfo)().homedir;
    }
    catch {
        return '/nonexistent';
    }
}

;// CONCATENATED MODULE: ./lib/machine/listing-folder.js





/** What all kept listings together may take; the least used go first. */
const FOLDER_LIMIT = 1024 * 1024 * 1024;
const NAME = /^sha(?:256|512)-[0-9a-f]+$/;
function listingFolderOf(env) {
    const cache = env['XDG_CACHE_HOME'] || (0,external_node_path_.join)(homeOf(env), '.cache');
    return env['EXEC_FORMAT_GUARD_CACHE_DIR'] ?? (0,external_node_path_.join)(cache, 'exec-format-guard');
}
/**
 * Layer listings in a folder that is this user's alone, made if it is not there. Null when others could write to
 * it, or when it cannot be made: then nothing is kept.
 */
async function openListingFolder(folder) {
    try {
        await (0,promises_.mkdir)(folder, { recursive: true, mode: 0o700 });
        const status = await (0,promises_.lstat)(folder);
        if (!status.isDirectory() || !isOwn(status) || (status.mode & 0o022) !== 0)
            return null;
    }
    catch {
        return null;
    }
    return {
        get: (name) => read(folder, name).catch(() => null),
        put: (name, bytes) => write(folder, name, bytes).catch(() => undefined),
    };
}
function isOwn({ uid }) {
    return external_node_process_.getuid === undefined || uid === external_node_process_.getuid();
}
/** Never through a symlink, and nothing that somebody else put there. */
async function read(folder, name) {
    const path = listing_folder_pathOf(folder, name);
    const file = await (0,promises_.open)(path, external_node_fs_.constants.O_RDONLY | (external_node_fs_.constants.O_NOFOLLOW ?? 0));
    try {
        const status = await file.stat();
        if (!status.isFile() || !isOwn(status) || status.size > FOLDER_LIMIT)
            return null;
        const bytes = await file.readFile();
        await (0,promises_.utimes)(path, new Date(), status.mtime);
        return bytes;
    }
    finally {
        await file.close();
    }
}
function listing_folder_pathOf(folder, name) {
    if (!NAME.test(name))
        throw new RangeError(`not the name of a listing: ${name}`);
    return (0,external_node_path_.join)(folder, name);
}
/** In one step: a run beside this one sees the whole file or none. */
async function write(folder, name, bytes) {
    const path = listing_folder_pathOf(folder, name);
    const unfinished = `${path}.${external_node_process_.pid}`;
    const file = await (0,promises_.open)(unfinished, 'wx', 0o600);
    try {
        await file.writeFile(bytes);
    }
    finally {
        await file.close();
    }
    await (0,promises_.rename)(unfinished, path);
    await removeLeastUsed(folder);
}
async function removeLeastUsed(folder) {
    const names = (await (0,promises_.readdir)(folder)).filter((name) => NAME.test(name));
    const files = await Promise.all(names.map(async (name) => ({ path: (0,external_node_path_.join)(folder, name), status: await (0,promises_.stat)((0,external_node_path_.join)(folder, name)) })));
    let total = 0;
    for (const { path, status } of files.sort((a, b) => b.status.atimeMs - a.status.atimeMs)) {
        total += status.size;
        if (total > FOLDER_LIMIT)
            await (0,promises_.rm)(path, { force: true });
    }
}

;// CONCATENATED MODULE: ./lib/machine/repository.js




/** Larger files are not looked into: Dockerfiles, workflows and scripts are small. */
const repository_SIZE_LIMIT = 16 * 1024 * 1024;
/** Files below a folder; symlinks that lead out of it are not there. */
function repositoryIn(folder) {
    const root = realPath(folder);
    return (path) => {
        const file = root === null ? null : realPath((0,external_node_path_.join)(root, path));
        if (root === null || file === null || !file.startsWith(root === external_node_path_.sep ? external_node_path_.sep : root + external_node_path_.sep))
            return null;
        const status = (0,external_node_fs_.statSync)(file);
        if (!status.isFile() || status.size > repository_SIZE_LIMIT)
            return null;
        const bytes = (0,external_node_fs_.readFileSync)(file);
        return {
            text: (0,plain_text/* decodeBytes */.y)(bytes),
            size: bytes.length,
            sha256: (0,external_node_crypto_.createHash)('sha256').update(bytes).digest('hex'),
            executable: process.platform === 'win32' ? null : (status.mode & 0o111) !== 0,
        };
    };
}
function realPath(path) {
    try {
        return (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        return null;
    }
}

// EXTERNAL MODULE: external "node:async_hooks"
var external_node_async_hooks_ = __webpack_require__(6698);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:diagnostics_channel"
var external_node_diagnostics_channel_ = __webpack_require__(3053);
;// CONCATENATED MODULE: ./lib/machine/run-program.js
/**
 * Programs that we ask: docker's credential helpers and its command line. Started by the runner's toolkit, without a
 * shell and without a word in the log; the toolkit is loaded only then.
 */



/** More than any credential helper or error message has to say. */
const OUTPUT_LIMIT = 2 * 1024 * 1024;
const runProgram = async (program, args, { input, onStdout, signal }) => {
    const { exec } = await __webpack_require__.e(/* import() */ 260).then(__webpack_require__.bind(__webpack_require__, 1260));
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers();
    let child;
    const stop = () => end(child);
    const [stdout, stderr] = [new Kept(stop), new Kept(stop)];
    const abort = () => {
        stop();
        reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
        const work = withChild((started) => {
            child = started;
            takeOver(started, onStdout);
            if (input === undefined)
                started.stdin?.end();
        }, () => exec(`"${program}"`, [...args], {
            silent: true,
            ignoreReturnCode: true,
            ...(input !== undefined && { input: Buffer.from(input) }),
            listeners: { stdout: (chunk) => stdout.add(chunk), stderr: (chunk) => stderr.add(chunk) },
        }));
        const status = await Promise.race([work, aborted]);
        return {
            status: typeof status === 'number' ? status : 128,
            stdout: stdout.text(),
            stderr: stderr.text(),
        };
    }
    finally {
        signal.removeEventListener('abort', abort);
    }
};
const runs = new external_node_async_hooks_.AsyncLocalStorage();
const CHANNEL = 'child_process';
/** The toolkit keeps the process it starts to itself; Node tells of it. Other work that starts one meanwhile is not meant. */
async function withChild(onStart, work) {
    const run = Symbol('run');
    const told = (message) => {
        const child = runs.getStore() === run ? childIn(message) : null;
        child?.once('spawn', () => onStart(child));
    };
    (0,external_node_diagnostics_channel_.subscribe)(CHANNEL, told);
    try {
        return await runs.run(run, work);
    }
    finally {
        (0,external_node_diagnostics_channel_.unsubscribe)(CHANNEL, told);
    }
}
function childIn(message) {
    const named = typeof message === 'object' && message !== null && 'process' in message;
    return named && message.process instanceof external_node_child_process_.ChildProcess ? message.process : null;
}
/** Before the first byte goes in or out. */
function takeOver({ stdin, stdout }, onStdout) {
    // A program that ends without reading its input breaks the pipe; its status says what happened.
    stdin?.on('error', () => { });
    if (!onStdout)
        return;
    // The toolkit would look for lines in it: in an archive, which may have none, that takes quadratic time.
    stdout?.removeAllListeners('data');
    stdout?.on('data', onStdout);
}
/** Also when it has children of its own that hold its pipes: nobody waits for these. */
function end(child) {
    child?.kill('SIGKILL');
    for (const pipe of child?.stdio ?? [])
        pipe?.destroy();
    child?.unref();
}
class Kept {
    #chunks = [];
    #overflow;
    #size = 0;
    constructor(overflow) {
        this.#overflow = overflow;
    }
    add(chunk) {
        this.#size += chunk.length;
        if (this.#size > OUTPUT_LIMIT)
            this.#overflow();
        else
            this.#chunks.push(chunk);
    }
    text() {
        return Buffer.concat(this.#chunks).toString('utf8');
    }
}

;// CONCATENATED MODULE: ./lib/machine/guard-host.js
/** This machine as the guard's host: its environment, programs, clock and temporary folder. */












/** Runs the work with a host that sees the checkout in `folder`, and whose temporary folder is private and gone afterwards. */
async function withGuardHost(settings, env, folder, face, work) {
    const base = env['RUNNER_TEMP'] || (0,external_node_os_.tmpdir)();
    // Few runs need it: where none can be made, those that do say so.
    const own = await (0,promises_.mkdtemp)((0,external_node_path_.join)(base, 'exec-format-guard-')).catch(() => null);
    const deadline = startDeadline(settings.timeout);
    try {
        return await work({
            ...face,
            signal: AbortSignal.any([face.signal, deadline.signal]),
            env,
            home: homeOf(env),
            temporaryDirectory: own ?? base,
            insecureRegistries: settings.insecureRegistries,
            waitForImage: settings.waitForImage,
            githubToken: settings.githubToken,
            runProgram: runProgram,
            repository: repositoryIn(folder),
            files: files_filesIn(folder),
            listings: settings.cache ? await keptListings(env) : null,
            clock: {
                now: () => Date.now(),
                sleep: (milliseconds, signal) => (0,external_node_timers_promises_.setTimeout)(milliseconds, undefined, { signal }),
                random: () => Math.random(),
            },
        });
    }
    finally {
        deadline.end();
        if (own !== null)
            await (0,promises_.rm)(own, { recursive: true, force: true });
    }
}
/**
 * What this very program found in layers before; only a bundled program is known to be the same one. The key, a
 * secret, keeps those who can write the folder from forging what is in it.
 */
async function keptListings(env) {
    const program = external_node_process_.argv[1] ?? '';
    if (!program.endsWith('.js'))
        return null;
    const store = await openListingFolder(listingFolderOf(env));
    if (store === null)
        return null;
    const version = (0,external_node_crypto_.createHash)('sha256')
        .update(await (0,promises_.readFile)(program))
        .digest('hex');
    return { store, seal: { version, key: env['EXEC_FORMAT_GUARD_CACHE_KEY'] ?? '' } };
}

// EXTERNAL MODULE: ./lib/settings/ignore-entry.js
var ignore_entry = __webpack_require__(1922);
// EXTERNAL MODULE: ./lib/settings/table.js + 2 modules
var table = __webpack_require__(3986);
// EXTERNAL MODULE: ./lib/settings/written.js
var written = __webpack_require__(1390);
;// CONCATENATED MODULE: ./lib/settings/settings.js
/**
 * What was asked for, from everywhere it can be asked: input or option > environment > config file > default.
 * Ignore entries are the one exception: they add up.
 */




const DEFAULT_CONFIG_FILE = '.github/exec-format-guard.yml';
/** @throws {Failure} E_USAGE or E_CONFIG, naming the place */
async function readSettings(asked, readConfig, context) {
    const config = await readConfig(settings_valueOf(table/* SETTINGS */.yy.configFile, asked));
    const sources = config === null ? asked : [...asked, config.source];
    const value = (setting) => settings_valueOf(setting, sources);
    const written = firstOf(table/* SETTINGS */.yy.ignore.name, asked);
    return {
        images: value(table/* SETTINGS */.yy.images),
        digest: value(table/* SETTINGS */.yy.digest),
        digests: value(table/* SETTINGS */.yy.digests),
        metadata: value(table/* SETTINGS */.yy.metadata),
        platforms: value(table/* SETTINGS */.yy.platforms),
        exactPlatforms: value(table/* SETTINGS */.yy.exactPlatforms),
        scope: value(table/* SETTINGS */.yy.scope),
        arbitraryUser: value(table/* SETTINGS */.yy.arbitraryUser),
        binaries: value(table/* SETTINGS */.yy.binaries),
        exemptionsOff: value(table/* SETTINGS */.yy.exemptionsOff),
        archives: value(table/* SETTINGS */.yy.archives),
        dockerfile: value(table/* SETTINGS */.yy.dockerfile),
        context: value(table/* SETTINGS */.yy.context),
        target: value(table/* SETTINGS */.yy.target),
        annotations: value(table/* SETTINGS */.yy.annotations),
        summary: value(table/* SETTINGS */.yy.summary),
        commentInPr: value(table/* SETTINGS */.yy.commentInPr),
        commentKey: value(table/* SETTINGS */.yy.commentKey),
        insecureRegistries: value(table/* SETTINGS */.yy.insecureRegistries),
        waitForImage: value(table/* SETTINGS */.yy.waitForImage),
        timeout: value(table/* SETTINGS */.yy.timeout),
        cache: value(table/* SETTINGS */.yy.cache),
        githubToken: value(table/* SETTINGS */.yy.githubToken),
        policy: {
            failOn: value(table/* SETTINGS */.yy.failOn),
            ignore: [...(written === null ? [] : (0,ignore_entry/* parseIgnoreList */.E4)(written, context)), ...(config?.ignore ?? [])],
        },
    };
}
function settings_valueOf(setting, sources) {
    const written = firstOf(setting.name, sources);
    return written === null ? setting.fallback : setting.parse(written);
}
function firstOf(name, sources) {
    for (const source of sources) {
        const written = source(name);
        if (written !== null)
            return written;
    }
    return null;
}
const PREFIX = 'EXEC_FORMAT_GUARD_';
/** Of the machine, not of the check: where kept layer listings are, and the secret that seals them. */
const MACHINE_VARIABLES = new Set([`${PREFIX}CACHE_DIR`, `${PREFIX}CACHE_KEY`]);
/** `EXEC_FORMAT_GUARD_FAIL_ON=warning`; an empty value counts as unset. @throws {Failure} E_USAGE for unknown names */
function environmentSource(env) {
    const names = new Map(table/* ALL_SETTINGS */.wn.map(({ name }) => [PREFIX + name.replaceAll('-', '_').toUpperCase(), name]));
    const known = [...names.keys()];
    const unknown = Object.keys(env).find((name) => name.startsWith(PREFIX) && !names.has(name) && !MACHINE_VARIABLES.has(name));
    if (unknown !== undefined) {
        throw new base_failure/* Failure */.HR('E_USAGE', `unknown environment variable ${unknown}`, (0,written/* suggestion */.h)(unknown, known));
    }
    const variables = new Map([...names].map(([variable, name]) => [name, variable]));
    return (name) => {
        const variable = variables.get(name) ?? '';
        const text = env[variable] ?? '';
        return text.trim() === '' ? null : { text, where: variable, code: 'E_USAGE' };
    };
}

;// CONCATENATED MODULE: ./lib/machine/read-config.js





/**
 * The config file of a checkout: the named one, or the usual one if it is there. The YAML parser is loaded only
 * when there is something to parse. @throws {Failure} E_CONFIG
 */
async function read_config_readConfig(named, folder, context) {
    const file = named ?? DEFAULT_CONFIG_FILE;
    const text = await (0,promises_.readFile)((0,external_node_path_.resolve)(folder, file), 'utf8').catch((cause) => {
        const code = errorCode(cause);
        if (named === null && (code === 'ENOENT' || code === 'ENOTDIR'))
            return null;
        throw new base_failure/* Failure */.HR('E_CONFIG', `${file}: cannot be read: ${code}`, 'check config-file', { cause });
    });
    if (text === null)
        return null;
    const { parseConfigFile } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(154)]).then(__webpack_require__.bind(__webpack_require__, 2154));
    return parseConfigFile(text, file, context);
}

;// CONCATENATED MODULE: ./lib/machine/secrets.js
/** Secrets of this run, so that nothing we write holds one, however it got into a text. */
class Secrets {
    #secrets = new Set();
    /** Shorter ones would make our own texts unreadable, and no password or token is that short. */
    static minimum = 4;
    register(secret) {
        if (secret.length >= Secrets.minimum)
            this.#secrets.add(secret);
    }
    /** The text with `***` for every secret, as it is, in a JSON string, and in an address. */
    redact(text) {
        let result = text;
        for (const secret of this.#secrets) {
            for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
                result = result.replaceAll(form, '***');
            }
        }
        return result;
    }
}

;// CONCATENATED MODULE: ./lib/reports/effect.js
/** What a finding does to the container, as far as its rule tells. */


/** Whether the container itself cannot start, as opposed to a health probe or a helper in it. */
function stopsTheStart({ rule, severity }) {
    const scope = RULES.find(({ id }) => id === rule)?.scope;
    return severity === 'error' && rule !== 'healthcheck-broken' && scope === 'start';
}
/** `on arm64 the container stops at once: exec /server: exec format error`. */
function effectOf(finding) {
    const error = finding.runtimeError ?? '';
    const where = listPlatforms(finding.platforms.map((platform) => platform.replace(/^linux\//, '')));
    if (stopsTheStart(finding))
        return `on ${where} the container stops at once: ${error}`;
    return finding.platforms.length === 0 ? `at run time: ${error}` : `on ${where} people see: ${error}`;
}

;// CONCATENATED MODULE: ./lib/reports/finding-facts.js

/** Effect, cause, proof, fix: in the order in which people need them. */
function factsOf(finding) {
    const { runtimeError, message, notes = [], fix, related } = finding;
    return [
        ...(runtimeError === null ? [] : [{ name: 'effect', text: effectOf(finding) }]),
        ...related.map((other) => ({
            name: other.proven ? 'cause' : 'likely cause',
            text: `${other.label} (${finding_facts_lineOf(other)})`,
        })),
        { name: 'found', text: message },
        ...notes.map((text) => ({ name: 'note', text })),
        { name: 'help', text: fix },
    ];
}
/** The line to blame, else the one that likely is, and says so; null where nobody can tell. */
function placeOfFinding(finding) {
    const { location, related } = finding;
    if (location !== null)
        return { location, role: roleOf(finding) };
    const [likely] = related;
    return likely === undefined ? null : { location: likely, role: relatedLabel(likely) };
}
function relatedLabel({ label, proven }) {
    return proven ? label : `likely cause: ${label}`;
}
/** `Dockerfile:19` */
function finding_facts_lineOf({ file, line }) {
    return `${file}:${line}`;
}
/** What a line has to do with the finding. */
function roleOf({ location, path }) {
    if (location?.by === 'workflow')
        return 'this line asks for the platforms';
    if (location?.by === 'repository')
        return 'this is the file';
    const keyword = /^\s*(\w+)/.exec(location?.snippet ?? '')?.[1]?.toUpperCase() ?? '';
    const role = Object.hasOwn(ROLES, keyword) ? ROLES[keyword] : undefined;
    return role ?? (path === null ? 'this line is to blame' : 'this line puts the file into the image');
}
const ROLES = {
    FROM: 'the file comes with this base image',
    ENTRYPOINT: 'this line says what to start',
    CMD: 'this line says what to start',
    HEALTHCHECK: 'this line says how to look after the container',
    USER: 'this line says who starts it',
    WORKDIR: 'this line says where to start',
};

;// CONCATENATED MODULE: ./lib/reports/headline.js


const MARKS = { pass: '✔', fail: '✖', unverified: '⚠' };
const headline_WORDS = {
    pass: 'pass',
    fail: 'fail',
    unverified: 'not verified',
};
/** `1 of 2 platforms cannot start`, `2 platforms pass`. */
function headlineOf(report) {
    const platforms = report.images.flatMap((image) => image.platforms);
    const all = countOf(platforms.length, 'platform');
    if (report.verdict === 'pass')
        return `${all} ${platforms.length === 1 ? 'passes' : 'pass'}`;
    if (report.verdict === 'unverified') {
        const unread = platforms.filter(({ verdict }) => verdict === 'unverified').length;
        if (unread === 0)
            return 'not verified';
        const which = platforms.length === 1 ? 'the only platform' : `${unread} of ${all}`;
        return `not verified: ${which} could not be read`;
    }
    const missing = new Set(report.images.flatMap((image) => image.missingPlatforms)).size;
    const failing = platforms.filter(({ verdict }) => verdict === 'fail').length;
    const stopped = report.images.flatMap((image) => image.platforms.filter((platform) => headline_cannotStart(report, image, platform))).length;
    const absent = missing === 0 ? '' : `, ${missing} missing`;
    const isOnly = platforms.length === 1;
    if (stopped === 1 && isOnly)
        return `the only platform cannot start${absent}`;
    if (stopped > 0)
        return `${stopped} of ${all} cannot start${absent}`;
    if (missing > 0)
        return `${countOf(missing, 'required platform')} missing`;
    if (failing === 0)
        return 'the image fails the check';
    return isOnly ? 'the only platform fails' : `${failing} of ${all} fail`;
}
function headline_cannotStart({ findings }, image, { platform }) {
    return findings.some((finding) => finding.image === image.reference && finding.platforms.includes(platform) && stopsTheStart(finding));
}
/** `1 error, 0 warnings`, with notes when there are some. */
function countsOf(report) {
    const notes = countSeverity(report, 'note');
    return [
        countOf(countSeverity(report, 'error'), 'error'),
        countOf(countSeverity(report, 'warning'), 'warning'),
        ...(notes === 0 ? [] : [countOf(notes, 'note')]),
        ...(report.ignored.length === 0 ? [] : [`${report.ignored.length} ignored`]),
    ].join(', ');
}
function countSeverity({ findings }, severity) {
    return findings.filter((finding) => finding.severity === severity).length;
}
function countOf(count, noun) {
    return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
function placedFailures({ images }) {
    return images.flatMap((image) => [
        ...(image.failure === null ? [] : [{ failure: said(image.failure, image), image, platform: null }]),
        ...image.platforms.flatMap((platform) => platform.failure === null ? [] : [{ failure: said(platform.failure, image), image, platform }]),
    ]);
}
/** Beside its place, which names the image, a message need not name it again. */
function said(failure, { reference }) {
    const { message } = failure;
    const isNamed = message.startsWith(reference);
    const rest = isNamed ? message.slice(reference.length) : '';
    if (rest.startsWith(': '))
        return { ...failure, message: rest.slice(2) };
    return /^ (?:is|has|holds) /.test(rest) ? { ...failure, message: `it${rest}` } : failure;
}
/** `ghcr.io/acme/shop:1.4 linux/arm64 (sha256:5c19b7aa…d20f)`; untrusted. */
function headline_placeOf({ image, platform }) {
    const digest = platform?.digest ?? image.digest;
    const at = digest === null || image.reference.includes('@') ? '' : `@${(0,oci_digest/* shortDigest */.VK)(digest)}`;
    return platform === null ? `${image.reference}${at}` : `${image.reference}${at} ${platform.platform}`;
}
/** What is known of the reach of a run: `1.7 s`, `read 12 of 61 MiB`. */
function statsOf({ stats }) {
    const { seconds, bytesFetched, bytesTotal } = stats;
    const unit = bytesTotal < MIB ? KIB : MIB;
    const size = (bytes) => inUnits(bytes / unit);
    return [
        `${seconds.toFixed(1)} s`,
        `read ${size(bytesFetched)} of ${size(bytesTotal)} ${unit === KIB ? 'KiB' : 'MiB'}`,
    ];
}
const KIB = 1024;
const MIB = 1024 * KIB;
function inUnits(value) {
    return value > 0 && value < 10 ? value.toFixed(1) : String(Math.round(value));
}

;// CONCATENATED MODULE: ./lib/reports/markdown-text.js
/**
 * The encoder of Markdown as GitHub renders it: untrusted text becomes text or code, never a link, an image, a
 * mention, a reference, an HTML tag or a new block, in a paragraph as in the cell of a table.
 */

const ZERO_WIDTH_SPACE = '\u200b';
/** Prose of ours with untrusted names in it; `…` between backticks becomes code. */
function mdProse(untrusted, limit = 1_000) {
    const parts = (0,plain_text/* printable */.g)(untrusted, limit).split('`');
    const unpaired = parts.length % 2 === 0 ? `\`${parts.pop() ?? ''}` : '';
    const paired = parts.map((part, at) => (at % 2 === 1 ? codeSpan(part) : encodeText(part)));
    return paired.join('') + encodeText(unpaired);
}
/** A name, path or command as code. */
function mdCode(untrusted, limit = 300) {
    return codeSpan((0,plain_text/* printable */.g)(untrusted, limit));
}
/** Lines as a block of code; the fence is longer than any run of backticks in it. */
function mdBlock(lines, language) {
    const text = lines.map((line) => (0,plain_text/* printable */.g)(line, 300));
    const fence = '`'.repeat(Math.max(3, longestRun(text.join('\n')) + 1));
    return [fence + language, ...text, fence].join('\n');
}
/** A link to a place that we put together; the text is untrusted. */
function mdLink(text, address) {
    const safe = encodeURI(address).replaceAll('(', '%28').replaceAll(')', '%29');
    return `[${mdCode(text)}](${safe})`;
}
const ENTITIES = {
    '<': '&lt;',
    '>': '&gt;',
    '&': '&amp;',
    '|': '&#124;',
    $: '&#36;',
};
/** What would become a mention, a reference, an address, an emoji or a commit; it is broken after this part. */
const LINKED = /@|#|:(?=\/\/|[\w+-]+:)|www(?=\.)|\bGH(?=-)|[0-9a-f]{6}(?=[0-9a-f])/gi;
const DIGEST = /(sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128}))/;
/** Digests become code, so that they can be copied whole. */
function encodeText(text) {
    return text
        .split(DIGEST)
        .map((part, at) => (at % 2 === 1 ? codeSpan(part) : encodeWords(part)))
        .join('');
}
function encodeWords(words) {
    return words
        .replace(LINKED, `$&${ZERO_WIDTH_SPACE}`)
        .replace(/[<>&|$]/g, (character) => ENTITIES[character] ?? '')
        .replace(/[\\`*_[\]~]/g, '\\$&');
}
/** A pipe would end the cell of a table even in code. */
function codeSpan(text) {
    // Nothing to show, but what stands before and after must not grow together into a commit or a mention.
    if (text.trim() === '')
        return ZERO_WIDTH_SPACE;
    const shown = text.replaceAll('|', '\\x7c');
    const fence = '`'.repeat(longestRun(shown) + 1);
    const pad = shown.startsWith('`') || shown.endsWith('`') || /^ .* $/.test(shown) ? ' ' : '';
    return fence + pad + shown + pad + fence;
}
function longestRun(text) {
    return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

;// CONCATENATED MODULE: ./lib/reports/platform-rows.js
/** One row a platform: mark, platform, what starts, what it is, and what was expected. Shared by log and Markdown. */


function rowsOf(report, image) {
    const rows = image.platforms.map((platform) => rowOf(report, image, platform));
    const present = new Set(image.platforms.map(({ platform }) => platform));
    const absent = image.missingPlatforms.filter((platform) => !present.has(platform));
    const verdict = image.failure === null ? 'fail' : 'unverified';
    return [
        ...rows,
        ...absent.map((platform) => ({ verdict, platform, starts: '', found: 'not in the image', remark: '' })),
    ];
}
function rowOf(report, image, platform) {
    const [program] = platform.start?.chain ?? [];
    return {
        verdict: platform.verdict,
        platform: platform.platform,
        starts: program?.path ?? platform.start?.argv[0] ?? '',
        found: program === undefined ? '' : shortFormat(program.format ?? 'not found'),
        remark: remarkOf(report, image, platform),
    };
}
function remarkOf({ findings }, image, platform) {
    if (platform.failure !== null)
        return `${headline_WORDS.unverified}: ${platform.failure.code}`;
    const own = findings.filter((finding) => finding.image === image.reference && finding.platforms.includes(platform.platform));
    const paths = platform.start?.chain.slice(0, 1).flatMap((link) => [link.path, link.resolvedPath]) ?? [];
    const [first] = own;
    const others = own.filter(({ severity }) => severity !== 'note').length - 1;
    if (first === undefined)
        return '';
    const wrong = own.find(({ rule, path }) => rule === 'wrong-architecture' && paths.includes(path));
    const expected = machineOf(platform.platform.split('/')[1] ?? '');
    if (wrong !== undefined && expected !== null && others === 0)
        return `expected ${expected}`;
    return others < 1 ? first.rule : `${first.rule} and ${others} more`;
}
/** `ELF x86-64, static` of `ELF 64-bit little-endian x86-64, static`. */
function shortFormat(format) {
    return format.replace(/^ELF (?:32|64)-bit (?:little|big)-endian /, 'ELF ');
}

;// CONCATENATED MODULE: ./lib/reports/proof.js
function proof_proofOf(finding, { images }) {
    const image = images.find(({ reference }) => reference === finding.image);
    return { facts: factLines(finding, image), commands: commandLines(finding, image) };
}
function factLines({ platforms, evidence, layer, createdBy, path }, image) {
    const blamed = image?.platforms.filter(({ platform }) => platforms.includes(platform)) ?? [];
    return [
        `image: ${image?.pinned ?? image?.reference ?? ''}`,
        ...blamed.slice(0, 20).map(({ platform, digest }) => `platform: ${platform} ${digest}`),
        ...(path === null ? [] : [`file: ${path}`]),
        ...(layer === null ? [] : [`layer: ${layer}`]),
        ...(createdBy === null ? [] : [`built by: ${createdBy}`]),
        ...Object.entries(evidence).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ];
}
function commandLines({ platforms, path }, image) {
    const name = image?.pinned ?? null;
    if (name === null)
        return ['# the image has no name in a registry: unpack it and look with file(1) and readelf(1)'];
    const [platform] = platforms;
    const inspect = `docker buildx imagetools inspect ${proof_quoted(name)}`;
    if (platform === undefined || path === null)
        return [inspect];
    return [
        inspect,
        `id=$(docker create --platform ${proof_quoted(platform)} ${proof_quoted(name)} true)`,
        `docker cp -L "$id":${proof_quoted(path)} - | tar -xO | file -`,
        'docker rm "$id"',
    ];
}
/** Safe to paste into a shell, whatever the name is. */
function proof_quoted(text) {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

;// CONCATENATED MODULE: ./lib/reports/reporter.js
const reporter_PLAIN = {
    colour: 'off',
    log: 'terminal',
    detail: 'brief',
    docsBase: '',
    sourceBase: null,
};
function docsOf(rule, { docsBase }) {
    return `${docsBase}docs/rules/${rule}.md`;
}

;// CONCATENATED MODULE: ./lib/reports/markdown-report.js
/**
 * The report in Markdown: one renderer for the job summary, the comment and the file. It fills up to a limit, most
 * important first, and says what it left out.
 */







const ROWS = 60;
function markdownReport(report, options, budget) {
    const page = new Page(budget);
    page.add(`## ${MARKS[report.verdict]} ${report.tool.name}: ${headlineOf(report)}`);
    page.add(`${countsOf(report)} · ${statsOf(report).join(' · ')}`);
    const blocks = [
        ...report.images.map((image) => () => imageBlock(report, image)),
        ...placedFailures(report).map((failure) => () => failureItem(failure)),
        ...report.findings.map((finding) => () => findingBlock(finding, report, options)),
        ...noticeItems(report).map((item) => () => item),
    ];
    const shown = blocks.findIndex((block) => !page.add(block()));
    if (shown >= 0)
        page.end(`**${blocks.length - shown} more** did not fit here; the JSON report has everything.`);
    return page.text();
}
/** Keeps room for the sentence that says what is missing. */
class Page {
    #budget;
    #blocks = [];
    #size = 0;
    constructor(budget) {
        this.#budget = { ...budget, limit: budget.limit - 200 };
    }
    /** Whether the block fitted. */
    add(block) {
        const size = this.#budget.sizeOf(`${block}\n\n`);
        if (this.#size + size > this.#budget.limit)
            return false;
        this.end(block);
        return true;
    }
    end(block) {
        this.#blocks.push(block);
        this.#size += this.#budget.sizeOf(`${block}\n\n`);
    }
    text() {
        return `${this.#blocks.join('\n\n')}\n`;
    }
}
function imageBlock(report, image) {
    const digest = image.digest === null ? '' : ` → ${mdCode((0,oci_digest/* shortDigest */.VK)(image.digest))}`;
    const tags = image.tags.length > 1 ? ` · ${countOf(image.tags.length, 'tag')}` : '';
    const head = `${mdCode(image.reference)}${tags}${digest}`;
    const rows = foldedRows(rowsOf(report, image));
    if (rows.length === 0)
        return head;
    const shown = rows.slice(0, ROWS).map(tableRow);
    const more = rows.length > ROWS ? [`\n${rows.length - ROWS} more rows are in the JSON report.`] : [];
    return [
        head,
        '',
        '| Platform | Starts | Found | Verdict |',
        '| --- | --- | --- | --- |',
        ...shown,
        ...more,
    ].join('\n');
}
function foldedRows(rows) {
    const folded = new Map();
    for (const row of rows) {
        const key = JSON.stringify([row.verdict, row.starts, row.found, row.remark]);
        const same = folded.get(key);
        folded.set(key, { ...row, platforms: [...(same?.platforms ?? []), row.platform] });
    }
    return [...folded.values()];
}
function tableRow({ platforms, starts, found, remark, verdict }) {
    const details = [found, remark].filter((text) => text !== '').map((text) => mdProse(text, 200));
    const cells = [
        platforms
            .slice(0, 20)
            .map((platform) => mdCode(platform, 60))
            .join(' '),
        mdCode(starts, 120),
        details.join(', '),
        `${MARKS[verdict]} ${headline_WORDS[verdict]}`,
    ];
    return `| ${cells.join(' | ')} |`;
}
function failureItem(placed) {
    const { code, message, hint } = placed.failure;
    return `- **not verified** (${code}) ${mdCode(headline_placeOf(placed))}: ${mdProse(message)}; ${mdProse(hint)}`;
}
function findingBlock(finding, report, options) {
    const { severity, title, rule } = finding;
    const mark = severity === 'error' ? MARKS.fail : severity === 'warning' ? MARKS.unverified : 'ℹ';
    return [
        `### ${mark} ${severity}: ${mdProse(title, 300)}`,
        ...placeBlock(finding, options),
        factsOf(finding)
            .map(({ name, text }) => `- **${name}**: ${mdProse(text, 600)}`)
            .join('\n'),
        `<details><summary>Proof and how to check it yourself</summary>\n\n${proofBlock(finding, report)}\n\n</details>`,
        `Rule: ${ruleLink(rule, options)}`,
    ].join('\n\n');
}
function ruleLink(rule, options) {
    return options.docsBase === '' ? mdCode(rule) : mdLink(rule, docsOf(rule, options));
}
function placeBlock(finding, options) {
    const { createdBy, related } = finding;
    const found = placeOfFinding(finding);
    if (found === null)
        return createdBy === null ? [] : [`Built by ${mdCode(createdBy)}`];
    const { location, role } = found;
    const inFile = [...new Set([location, ...related.filter(({ file }) => file === location.file)])]
        .toSorted((one, other) => one.line - other.line)
        .flatMap(({ line, snippet }) => snippet.split('\n').map((code, offset) => `${String(line + offset).padStart(4)} | ${code}`));
    const address = addressOf(location, options);
    const place = address === null ? mdCode(finding_facts_lineOf(location)) : mdLink(finding_facts_lineOf(location), address);
    return [`${place}: ${mdProse(role)}`, mdBlock(inFile, 'dockerfile')];
}
/** A permalink; null for files that cannot be in the repository. */
function addressOf({ file, line, endLine }, { sourceBase }) {
    const parts = file.replace(/^\.\//, '').split('/');
    if (sourceBase === null || parts.some((part) => part === '' || part === '..' || part === '.'))
        return null;
    const lines = endLine > line ? `#L${line}-L${endLine}` : `#L${line}`;
    return `${sourceBase}${parts.map(encodeURIComponent).join('/')}${lines}`;
}
function proofBlock(finding, report) {
    const { facts, commands } = proof_proofOf(finding, report);
    return [mdBlock(facts, 'text'), mdBlock(commands, 'sh')].join('\n\n');
}
function noticeItems({ notices, ignored }) {
    return [
        ...ignored.map(({ finding, entry, reason }) => {
            const because = reason === null ? '' : ` (${mdProse(reason, 300)})`;
            return `- ignored by ${mdCode(entry)}: ${mdProse(finding.title, 300)}${because}`;
        }),
        ...notices.map((notice) => `- ${mdProse(notice)}`),
    ];
}

;// CONCATENATED MODULE: ./lib/reports/markdown.js

/** GitHub refuses comments over 65,536 characters. */
const COMMENT_LIMIT = 60_000;
const markdown = {
    format: 'markdown',
    summary: 'Markdown as GitHub and GitLab render it: the text of the comment',
    render: commentText,
};
function commentText(report, options) {
    return markdownReport(report, options, { limit: COMMENT_LIMIT, sizeOf: (text) => text.length });
}

;// CONCATENATED MODULE: ./lib/settings/request.js
/** What the guard is asked to do. */
function requestOf(settings) {
    const { images, digest, digests, metadata, platforms, scope, binaries, exemptionsOff, dockerfile, context, target, policy, } = settings;
    const exactPlatforms = settings.exactPlatforms ? 'required-only' : 'any';
    const users = settings.arbitraryUser ? 'image-and-arbitrary-user' : 'image-user';
    return {
        images,
        digest,
        digests,
        metadata,
        platforms,
        exactPlatforms,
        scope,
        users,
        binaries,
        exemptionsOff,
        archives: settings.archives ? 'opened' : 'closed',
        dockerfile,
        context,
        target,
        policy,
    };
}

;// CONCATENATED MODULE: ./lib/action/json-path.js
/** Reads single values out of JSON of GitHub (events, API answers): whatever is absent or of another type is null. */
function valueAt(json, ...path) {
    return path.reduce((value, key) => {
        if (typeof value !== 'object' || value === null)
            return null;
        return Object.entries(value).find(([name]) => name === String(key))?.[1] ?? null;
    }, json);
}
function numberAt(json, ...path) {
    const value = valueAt(json, ...path);
    return typeof value === 'number' ? value : null;
}
function json_path_textAt(json, ...path) {
    const value = valueAt(json, ...path);
    return typeof value === 'string' ? value : null;
}
function listAt(json, ...path) {
    const value = valueAt(json, ...path);
    return Array.isArray(value) ? value : [];
}

;// CONCATENATED MODULE: ./lib/action/comment.js
/**
 * The comment of the pull request: one a key, edited in place. It is found by a marker in its first line and by its
 * author, who must be ourselves, so that nobody else's comment is ever touched. Parallel jobs with one key agree on
 * the oldest comment. Whatever GitHub answers, the worst outcome is a notice.
 */

async function postComment(order, call) {
    try {
        const number = await comment_numberOf(order, call);
        if (number === null)
            return comment_failed('no open pull request belongs to this run');
        return await new Thread(order, number, call).write();
    }
    catch (error) {
        return comment_failed(problemOf(error));
    }
}
async function comment_numberOf({ owner, repo, pullRequest }, call) {
    if (pullRequest.kind === 'number')
        return pullRequest.number;
    if (pullRequest.kind === 'none')
        return null;
    const route = 'GET /repos/{owner}/{repo}/commits/{sha}/pulls';
    const found = listAt(await call(route, { owner, repo, sha: pullRequest.sha }));
    return numberAt(found.find((one) => json_path_textAt(one, 'state') === 'open') ?? null, 'number');
}
const comment_PAGE = 100;
/** A thread of more comments than this is not searched to its end. */
const PAGES = 30;
class Thread {
    #order;
    #number;
    #call;
    #marker;
    #login = '';
    constructor(order, number, call) {
        this.#order = order;
        this.#number = number;
        this.#call = call;
        this.#marker = markerOf(order.key);
    }
    async write() {
        this.#login = await loginOf(this.#call);
        const [oldest] = await this.#ours();
        if (oldest !== undefined) {
            await this.#update(oldest);
            return { kind: 'updated' };
        }
        if (this.#order.mode === 'update')
            return { kind: 'not-needed' };
        const created = numberAt(await this.#send('POST /repos/{owner}/{repo}/issues/{number}/comments', {}), 'id');
        await this.#settle(created);
        return { kind: 'created' };
    }
    /** When another job has created a comment with the same key meanwhile, the older one stays. */
    async #settle(created) {
        const [oldest] = await this.#ours();
        if (created === null || oldest === undefined || oldest === created)
            return;
        await this.#update(oldest);
        await this.#request('DELETE /repos/{owner}/{repo}/issues/comments/{id}', { id: created });
    }
    /** The ids of our comments with our key, the oldest first. */
    async #ours() {
        const ids = [];
        for (let page = 1; page <= PAGES; page++) {
            const route = 'GET /repos/{owner}/{repo}/issues/{number}/comments';
            const comments = listAt(await this.#request(route, { per_page: comment_PAGE, page }));
            for (const comment of comments) {
                const id = numberAt(comment, 'id');
                if (id !== null && this.#isOurs(comment))
                    ids.push(id);
            }
            if (comments.length < comment_PAGE)
                break;
        }
        return ids.sort((one, other) => one - other);
    }
    #isOurs(comment) {
        const [firstLine] = (json_path_textAt(comment, 'body') ?? '').split(/\r?\n/, 1);
        return json_path_textAt(comment, 'user', 'login') === this.#login && firstLine === this.#marker;
    }
    async #update(id) {
        await this.#send('PATCH /repos/{owner}/{repo}/issues/comments/{id}', { id });
    }
    #send(route, parameters) {
        return this.#request(route, { ...parameters, body: `${this.#marker}\n${this.#order.text}` });
    }
    #request(route, parameters) {
        const { owner, repo } = this.#order;
        return this.#call(route, { owner, repo, number: this.#number, ...parameters });
    }
}
/** The key cannot end the HTML comment: everything but letters, digits and a few marks is percent-encoded. */
function markerOf(key) {
    return `<!-- exec-format-guard:${encodeURIComponent(key.slice(0, 300)).replaceAll('-', '%2D')} -->`;
}
const ACTIONS_BOT = 'github-actions[bot]';
/** Who the token is. Only GraphQL tells that to the tokens of apps too, of which the job's own token is one. */
async function loginOf(call) {
    try {
        const answer = await call('POST /graphql', { query: '{ viewer { login } }' });
        return json_path_textAt(answer, 'data', 'viewer', 'login') ?? ACTIONS_BOT;
    }
    catch {
        return ACTIONS_BOT;
    }
}
function comment_failed(problem) {
    return { kind: 'failed', problem };
}
function problemOf(error) {
    const status = numberAt(error, 'status');
    if (status === 403 || status === 404) {
        return `the token may not comment here (${status}); pull requests of forks and Dependabot have a read-only token, others need \`pull-requests: write\``;
    }
    if (status === 422)
        return 'GitHub refused the comment (422)';
    if (status === 429)
        return 'GitHub wants us to wait (429)';
    return status === null ? 'GitHub did not answer' : `GitHub answered ${status}`;
}

;// CONCATENATED MODULE: ./lib/action/inputs.js
/** The inputs of the step, as the runner hands them over: `INPUT_FAIL-ON` for `fail-on`, empty for unset. */



const inputs_PREFIX = 'INPUT_';
/** @throws {Failure} E_USAGE for an input that there is not */
function inputSource(env) {
    const known = (0,table/* settingNames */.H$)('action');
    const unknown = Object.keys(env)
        .filter((variable) => variable.startsWith(inputs_PREFIX))
        .map((variable) => variable.slice(inputs_PREFIX.length).toLowerCase())
        .find((name) => !known.includes(name));
    if (unknown !== undefined) {
        throw new base_failure/* Failure */.HR('E_USAGE', `unknown input "${unknown}"`, (0,written/* suggestion */.h)(unknown, known));
    }
    return (name) => {
        const text = env[inputs_PREFIX + name.toUpperCase()] ?? '';
        return text.trim() === '' ? null : { text, where: `input ${name}`, code: 'E_USAGE' };
    };
}

;// CONCATENATED MODULE: ./lib/reports/cut.js
/** At most `limit` UTF-16 units, never half a character, with an ellipsis where something is missing. */
function cut(text, limit) {
    if (text.length <= limit)
        return text;
    const end = limit - 1;
    const last = text.charCodeAt(end - 1);
    const splitsPair = last >= 0xd800 && last <= 0xdbff;
    return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}

;// CONCATENATED MODULE: ./lib/reports/annotations.js
/**
 * What becomes an annotation on GitHub. The runner shows ten of each level and a step, cuts messages at 4,096
 * characters and drops the rest without a word: so equal faults are merged, the worst come first, and the last
 * one says how many there are beyond it.
 */





const PER_LEVEL = 9;
const TITLE_LIMIT = 255;
const MESSAGE_LIMIT = 4_096;
const LEVELS = ['error', 'warning', 'notice'];
function annotationsOf(report, options) {
    const all = [
        ...placedFailures(report).map(failureAnnotation),
        ...mergedFindings(report.findings).map((group) => findingAnnotation(group, report.failOn, options)),
        ...report.notices.map(noticeAnnotation),
    ];
    return LEVELS.flatMap((level) => limited(all.filter((annotation) => annotation.level === level)));
}
function mergedFindings(findings) {
    const groups = new Map();
    for (const finding of findings) {
        const { rule, severity } = finding;
        const place = placeOfFinding(finding);
        const key = JSON.stringify([rule, severity, place?.location.file, place?.location.line]);
        const group = groups.get(key);
        if (group === undefined)
            groups.set(key, [finding]);
        else
            group.push(finding);
    }
    return [...groups.values()];
}
function findingAnnotation(group, failOn, options) {
    const [first, ...others] = group;
    const { rule, title, createdBy } = first;
    const place = placeOfFinding(first);
    const built = place === null ? createdBy : null;
    const facts = factsOf(first).map(({ name, text }) => `${name}: ${(0,plain_text/* printable */.g)(text)}`);
    const lines = [
        ...facts.filter((fact) => fact.startsWith('effect: ')),
        ...others.map((other) => `and: ${(0,plain_text/* printable */.g)(other.title)}`).slice(0, 20),
        ...(place === null ? [] : [`${(0,plain_text/* printable */.g)(finding_facts_lineOf(place.location))}: ${(0,plain_text/* printable */.g)(place.role)}`]),
        ...(built === null ? [] : [`built by: ${(0,plain_text/* printable */.g)(built)}`]),
        ...facts.filter((fact) => !fact.startsWith('effect: ')),
        `docs: ${docsOf(rule, options)}`,
    ];
    return {
        level: levelOf(first.severity, failOn),
        title: titled(title, rule),
        message: cut(lines.join('\n'), MESSAGE_LIMIT),
        place: place === null ? null : regionOf(place.location),
    };
}
function regionOf({ file, line, endLine }) {
    return { file: (0,plain_text/* printable */.g)(file), line, endLine };
}
function failureAnnotation(placed) {
    const { code, message, hint } = placed.failure;
    return {
        level: 'error',
        title: titled(`not verified: ${headline_placeOf(placed)}`, code),
        message: cut(`cause: ${(0,plain_text/* printable */.g)(message)}\nhelp: ${(0,plain_text/* printable */.g)(hint)}`, MESSAGE_LIMIT),
        place: null,
    };
}
function noticeAnnotation(notice) {
    return { level: 'notice', title: 'exec-format-guard', message: (0,plain_text/* printable */.g)(notice), place: null };
}
/** `linux/arm64 starts an x86-64 program (wrong-architecture)`; the name in brackets is never cut away. */
function titled(text, name) {
    return `${cut((0,plain_text/* printable */.g)(text), TITLE_LIMIT - name.length - 3)} (${name})`;
}
function levelOf(severity, failOn) {
    if (severity === 'note')
        return 'notice';
    return failOn === 'never' ? 'warning' : severity;
}
function limited(annotations) {
    const shown = annotations.slice(0, PER_LEVEL);
    const more = annotations.length - shown.length;
    if (more === 0)
        return shown;
    const note = `\nand ${more} more, see the summary`;
    return shown.map((annotation, at) => at < PER_LEVEL - 1
        ? annotation
        : { ...annotation, message: cut(annotation.message, MESSAGE_LIMIT - note.length) + note });
}

;// CONCATENATED MODULE: ./lib/reports/job-summary.js

/** GitHub drops a summary over 1 MiB whole, and the step stays green. */
const SUMMARY_LIMIT = 900 * 1024;
function jobSummary(report, options) {
    return markdownReport(report, options, { limit: SUMMARY_LIMIT, sizeOf: (text) => Buffer.byteLength(text) });
}

;// CONCATENATED MODULE: ./lib/reports/json.js
const json = {
    format: 'json',
    summary: 'the whole report for programs (JSON Schema in docs/schema/)',
    render: (report) => encodeJson(report),
};
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/**
 * JSON that is safe to print into a log: everything invisible and the runner's `##[` are written as \u escapes,
 * which mean the same to every JSON reader.
 */
function encodeJson(value) {
    const text = JSON.stringify(value, null, 2)
        .replace(INVISIBLE, (character) => (character === '\n' ? character : escapeUnits(character)))
        .replaceAll('##[', '#\\u0023[');
    return `${text}\n`;
}
function escapeUnits(character) {
    return [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join('');
}

;// CONCATENATED MODULE: ./lib/reports/predicate.js

function predicateText(report) {
    return encodeJson({
        tool: report.tool,
        verdict: report.verdict,
        failOn: report.failOn,
        images: report.images.map(imagePart),
        findings: report.findings.map(({ rule, severity, platforms, path }) => ({
            rule,
            severity,
            platforms,
            path,
        })),
        ignored: report.ignored.map(({ finding, entry, reason }) => ({ rule: finding.rule, entry, reason })),
    });
}
function imagePart({ reference, digest, verdict, requiredPlatforms, platforms }) {
    return { reference, digest, verdict, requiredPlatforms, platforms: platforms.map(platformPart) };
}
function platformPart({ platform, digest, verdict, start, filesExamined }) {
    const [program] = start?.chain ?? [];
    return {
        platform,
        digest,
        verdict,
        filesExamined,
        starts: start === null
            ? null
            : { argv: start.argv, program: program?.resolvedPath ?? null, format: program?.format ?? null },
    };
}

;// CONCATENATED MODULE: ./lib/reports/log-text.js
/** The encoder of logs: one printable line that no runner takes for a command and no problem matcher for an error. */

/** What compilers print and problem matchers of earlier steps look for: `file:3:5: error`, `file(3,5): error`. */
const COMPILER_MESSAGE = /[:(](?=\d+[:,]\d+\)?:?\s+(?:-\s+)?(?:fatal\s+)?(?:error|warning|info|note)\b)/giu;
function logText(untrusted, limit) {
    return (0,plain_text/* printable */.g)(untrusted, limit).replace(COMPILER_MESSAGE, (mark) => (mark === ':' ? '\\x3a' : '\\x28'));
}
/** A command line as JSON writes it: `["/bin/app","serve"]`. */
function logArgv(argv, limit = 300) {
    return logText(`[${argv.map((word) => JSON.stringify(word)).join(', ')}]`, limit);
}

;// CONCATENATED MODULE: ./lib/reports/paint.js
/** Colour for logs; without it the texts stay the same, character for character. */

function paintOf({ colour }) {
    if (colour === 'off')
        return (_, text) => text;
    return (style, text) => (text === '' ? '' : (0,external_node_util_.styleText)(style, text, { validateStream: false }));
}
const SEVERITY_STYLE = {
    error: ['bold', 'red'],
    warning: ['bold', 'yellow'],
    note: ['bold', 'cyan'],
};
const VERDICT_STYLE = {
    pass: 'green',
    fail: 'red',
    unverified: 'yellow',
};

;// CONCATENATED MODULE: ./lib/reports/code-frame.js


/** Lines of `  --> Dockerfile:19` and the code under it; empty when no line is known. */
function codeFrame(finding, paint) {
    const { location, related } = finding;
    const marked = [
        ...(location === null ? [] : [{ location, label: roleOf(finding), role: 'main' }]),
        ...related.map((other) => ({ location: other, label: relatedLabel(other), role: 'related' })),
    ];
    const files = [...new Set(marked.map((one) => one.location.file))];
    return files.flatMap((file, index) => {
        const here = marked
            .filter((one) => one.location.file === file)
            .sort((one, other) => one.location.line - other.location.line);
        const lead = here.find(({ role }) => role === 'main') ?? here[0];
        const arrow = index === 0 ? '-->' : ':::';
        return [
            `  ${paint('blue', arrow)} ${logText(file)}:${lead?.location.line ?? 0}`,
            ...frameOf(here, paint),
        ];
    });
}
function frameOf(marked, paint) {
    const width = Math.max(...marked.map(({ location }) => String(lastLine(location)).length), 2);
    const bar = paint('blue', '|');
    const lines = [];
    let previous = null;
    for (const { location, label, role } of marked) {
        if (previous !== null && location.line > previous + 1)
            lines.push(`${' '.repeat(width)} ${paint('blue', ':')}`);
        const code = location.snippet.split('\n').map((line) => logText(line, 200));
        for (const [offset, line] of code.entries()) {
            lines.push(`${paint('blue', String(location.line + offset).padStart(width))} ${bar} ${line}`);
        }
        lines.push(`${' '.repeat(width)} ${bar} ${markLine(code, location, label, role, paint)}`);
        previous = lastLine(location);
    }
    return [...lines, `${' '.repeat(width)} ${bar}`];
}
function lastLine({ line, snippet }) {
    return line + snippet.split('\n').length - 1;
}
/** `^^^^ label` under the last line of the snippet, or only under the words that matter. */
function markLine(code, { highlight }, label, role, paint) {
    const line = code.at(-1) ?? '';
    const words = highlight === undefined ? '' : logText(highlight, 200);
    const from = words === '' ? -1 : line.lastIndexOf(words);
    const start = from >= 0 ? from : line.length - line.trimStart().length;
    const length = from >= 0 ? words.length : Math.max(line.trim().length, 1);
    const [sign, style] = role === 'main' ? ['^', 'red'] : ['-', 'blue'];
    return ' '.repeat(start) + paint(style, `${sign.repeat(length)} ${logText(label)}`);
}

;// CONCATENATED MODULE: ./lib/reports/pretty-finding.js
/** One finding as people read it in a log: effect, place, proof, and one thing to do. Notes are short unless asked for. */







function prettyFinding(finding, report, options) {
    const paint = paintOf(options);
    const image = report.images.find(({ reference }) => reference === finding.image);
    const kind = paint(SEVERITY_STYLE[finding.severity], `${finding.severity}[${finding.rule}]`);
    const head = `${kind}: ${paint('bold', logText(finding.title, 300))}`;
    const found = fact('found', logText(finding.message, 600), paint);
    const help = fact('help', logText(finding.fix, 600), paint);
    if (finding.severity === 'note' && options.detail === 'brief') {
        return [head, ...codeFrame(finding, paint), found, help].join('\n');
    }
    return [
        head,
        ...codeFrame(finding, paint),
        ...imageLine(finding, image, paint),
        ...(finding.createdBy !== null && placeOfFinding(finding) === null
            ? [fact('built', logText(finding.createdBy, 300), paint)]
            : []),
        found,
        ...(finding.runtimeError === null ? [] : [fact('effect', logText(effectOf(finding), 300), paint)]),
        ...(finding.notes ?? []).map((note) => fact('note', logText(note, 300), paint)),
        help,
        fact('docs', docsOf(finding.rule, options), paint),
    ].join('\n');
}
function fact(name, text, paint) {
    return `   ${paint('blue', '=')} ${paint('bold', `${name}:`.padEnd(7))} ${text}`;
}
/** Which image it is: `linux/arm64 sha256:5c19b7aa…d20f, ENTRYPOINT ["/server"]`, one line a platform. */
function imageLine(finding, image, paint) {
    const blamed = (image?.platforms ?? []).filter(({ platform }) => finding.platforms.includes(platform));
    return blamed.slice(0, 4).map(({ platform, digest, start }) => {
        const command = start === null || start.argv.length === 0 ? '' : `, ${startWord(start)} ${logArgv(start.argv)}`;
        return fact('image', `${logText(platform)} ${(0,oci_digest/* shortDigest */.VK)(digest)}${command}`, paint);
    });
}
function startWord({ entrypoint }) {
    return entrypoint === null ? 'CMD' : 'ENTRYPOINT';
}

;// CONCATENATED MODULE: ./lib/reports/pretty.js
/** The report for people: a table that a closed log shows whole, then every finding in the open, then one line. */






const pretty = {
    format: 'pretty',
    summary: 'for people: a table, every finding with its line and proof (the default)',
    render: renderPretty,
};
function renderPretty(report, options) {
    const paint = paintOf(options);
    const failures = placedFailures(report).map((failure) => failureLine(failure, paint));
    const blocks = [
        ...report.images.map((image) => pretty_imageBlock(report, image, options, paint)),
        ...report.findings.map((finding) => prettyFinding(finding, report, options)),
        ...(failures.length === 0 ? [] : [failures.join('\n')]),
        ...noticeBlock(report, paint),
        verdictLine(report, paint),
    ];
    return `${blocks.join('\n\n')}\n`;
}
function pretty_imageBlock(report, image, options, paint) {
    const { name, version } = report.tool;
    const tags = image.tags.length > 1 ? ` · ${countOf(image.tags.length, 'tag')}` : '';
    const named = image.tags.length > 1 ? withoutTag(image.reference) : image.reference;
    const digest = image.digest === null ? '' : ` → ${(0,oci_digest/* shortDigest */.VK)(image.digest)}`;
    const attested = image.attestations > 0 ? ` · ${countOf(image.attestations, 'attestation')}` : '';
    const head = `${paint('bold', `${name} ${version}`)} · ${logText(named)}${tags}${digest}${attested}`;
    const rows = rowsOf(report, image);
    const widths = widthsOf(rows);
    return [head, ...rows.flatMap((row) => rowLines(row, widths, image, options, paint))].join('\n');
}
/** `ghcr.io/acme/shop` of `ghcr.io/acme/shop:1.4`. */
function withoutTag(reference) {
    return reference.replace(/:[^:/@]+$/, '');
}
const COLUMNS = ['platform', 'starts', 'found'];
const CELL_WIDTH = 60;
function widthsOf(rows) {
    const width = (column) => Math.max(...rows.map((row) => logText(row[column], CELL_WIDTH).length), 0);
    return { platform: width('platform'), starts: width('starts'), found: width('found') };
}
function rowLines(row, widths, image, options, paint) {
    const mark = paint(VERDICT_STYLE[row.verdict], MARKS[row.verdict]);
    const cells = COLUMNS.map((column) => logText(row[column], CELL_WIDTH).padEnd(widths[column]));
    const title = `${mark} ${cells.join('    ')}      ${logText(row.remark)}`.trimEnd();
    const platform = image.platforms.find((one) => one.platform === row.platform);
    const details = platform === undefined ? [] : detailLines(platform, options);
    if (options.log === 'actions' && details.length > 0)
        return [`::group::${title}`, ...details, '::endgroup::'];
    return [`▸ ${title}`, ...(options.detail === 'full' ? details : [])];
}
/** What was looked at: the chain of the start, what cannot be known, what was passed over on purpose. */
function detailLines({ digest, start, leftOut, exemptions, filesExamined }, options) {
    const chain = (start?.chain ?? []).map(({ role, path, resolvedPath, format, layer }) => {
        const link = resolvedPath === null || resolvedPath === path ? '' : ` → ${logText(resolvedPath)}`;
        const from = layer === null || options.detail === 'brief' ? '' : `  (layer ${(0,oci_digest/* shortDigest */.VK)(layer)})`;
        return `  ${role}: ${logText(path)}${link}  ${logText(format ?? 'not found')}${from}`;
    });
    return [
        `  image: ${logText(digest)}`,
        ...chain,
        ...leftOut.map((text) => `  not known: ${logText(text)}`),
        ...(options.detail === 'full' ? exemptions : []).map(({ name, count }) => `  passed over: ${logText(name)} (${countOf(count, 'file')})`),
        `  files examined: ${filesExamined}`,
    ];
}
/** Everything about one failure in one line: code, image@digest, platform, cause, next step. */
function failureLine(placed, paint) {
    const { code, message, hint } = placed.failure;
    const kind = paint(['bold', 'yellow'], `not verified[${code}]`);
    return `${kind}: ${logText(headline_placeOf(placed))}: ${logText(message)}; ${logText(hint)}`;
}
function noticeBlock({ notices, ignored }, paint) {
    const lines = [
        ...ignored.map(({ finding, entry, reason }) => `ignored by ${logText(entry)}: ${logText(finding.title)}${reason === null ? '' : ` (${logText(reason)})`}`),
        ...notices.map((notice) => logText(notice)),
    ];
    return lines.length === 0 ? [] : [lines.map((line) => `${paint('cyan', 'notice')}: ${line}`).join('\n')];
}
function verdictLine(report, paint) {
    const outcome = paint(VERDICT_STYLE[report.verdict], `${MARKS[report.verdict]} ${headlineOf(report)}`);
    return [outcome, countsOf(report), ...statsOf(report)].join(' · ');
}

;// CONCATENATED MODULE: ./lib/reports/fingerprint.js
/**
 * For each finding the same text for the same fault in the next run, although lines, digests and tags have changed by
 * then: rule, image without tag, platforms, path and title, as 32 hexadecimal digits. No two of a report are alike,
 * because readers take those for one: the second of its kind has its number in it.
 */
function fingerprintsOf(findings) {
    const seen = new Map();
    return findings.map(({ rule, image, platforms, path, title }) => {
        const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
        const parts = [rule, name, platforms, path, title];
        const key = JSON.stringify(parts);
        const count = seen.get(key) ?? 0;
        seen.set(key, count + 1);
        return hashOf(count === 0 ? key : JSON.stringify([...parts, count]));
    });
}
function hashOf(text) {
    return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => fnv(text, seed)).join('');
}
/** FNV-1a over UTF-16 units; tells texts apart, protects nothing. */
function fnv(text, seed) {
    let hash = seed;
    for (let at = 0; at < text.length; at++)
        hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
}

;// CONCATENATED MODULE: ./lib/reports/sarif.js







const sarif = {
    format: 'sarif',
    summary: 'SARIF 2.1.0 for code scanning',
    render: renderSarif,
};
/** GitHub shows 5,000 results of a run. */
const RESULTS = 5_000;
const sarif_LEVELS = { error: 'error', warning: 'warning', note: 'note' };
function renderSarif(report, options) {
    const findings = report.findings.slice(0, RESULTS);
    const ids = [...new Set(findings.map(({ rule }) => rule))];
    const fingerprints = fingerprintsOf(findings);
    const log = {
        $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
        version: '2.1.0',
        runs: [
            {
                tool: {
                    driver: {
                        name: report.tool.name,
                        version: report.tool.version,
                        semanticVersion: report.tool.version,
                        rules: ids.map((id) => descriptorOf(id, options)),
                    },
                },
                invocations: [
                    {
                        executionSuccessful: report.verdict !== 'unverified',
                        toolExecutionNotifications: placedFailures(report).map(notificationOf),
                    },
                ],
                results: findings.map((finding, at) => resultOf(finding, ids.indexOf(finding.rule), fingerprints[at] ?? '')),
                columnKind: 'utf16CodeUnits',
            },
        ],
    };
    return encodeJson(log);
}
function descriptorOf(id, options) {
    const rule = RULES.find((one) => one.id === id);
    const text = [rule?.what, rule?.why, rule?.fix].filter((part) => part !== undefined).join('\n\n');
    return {
        id,
        name: id,
        shortDescription: { text: rule?.title ?? id },
        fullDescription: { text: rule?.what ?? id },
        help: { text: text === '' ? id : text, markdown: text === '' ? id : text },
        ...(options.docsBase === '' ? {} : { helpUri: docsOf(id, options) }),
        defaultConfiguration: { level: sarif_LEVELS[rule?.severity ?? 'error'] },
        properties: { tags: ['container', 'multi-platform'] },
    };
}
function resultOf(finding, ruleIndex, fingerprint) {
    const facts = factsOf(finding).map(({ name, text }) => `${name}: ${text}`);
    const place = placeOfFinding(finding);
    return {
        ruleId: finding.rule,
        ruleIndex,
        level: sarif_LEVELS[finding.severity],
        message: { text: messageText([`${finding.title} (${finding.image})`, ...facts].join('\n')) },
        locations: [place === null ? imageLocation(finding) : fileLocation(place.location)],
        relatedLocations: finding.related.map((related, id) => ({
            id,
            ...fileLocation(related),
            message: { text: messageText(related.label) },
        })),
        partialFingerprints: { 'execFormatGuard/v1': fingerprint },
        properties: { platforms: finding.platforms.map((name) => (0,plain_text/* printable */.g)(name)), path: finding.path },
    };
}
function fileLocation({ file, line, endLine, snippet }) {
    return {
        physicalLocation: {
            artifactLocation: { uri: sarif_addressOf(file), uriBaseId: '%SRCROOT%' },
            region: { startLine: line, endLine: Math.max(line, endLine), snippet: { text: snippet } },
        },
    };
}
/** Code scanning wants a place in a file; an image is named instead, never a file that is not to blame. */
function imageLocation({ image, path }) {
    return {
        physicalLocation: { artifactLocation: { uri: sarif_addressOf(image) }, region: { startLine: 1 } },
        ...(path === null
            ? {}
            : { logicalLocations: [{ fullyQualifiedName: (0,plain_text/* printable */.g)(path), kind: 'resource' }] }),
    };
}
function sarif_addressOf(file) {
    return (0,plain_text/* printable */.g)(file.replace(/^(?:\.\/)+/, ''))
        .split('/')
        .map(encodeURIComponent)
        .join('/');
}
function notificationOf(placed) {
    const { code, message, hint } = placed.failure;
    return {
        level: 'error',
        descriptor: { id: code },
        message: { text: messageText(`${headline_placeOf(placed)}: ${message}; ${hint}`) },
    };
}
/** Line by line printable; brackets and braces are escaped, since SARIF reads links and placeholders in them. */
function messageText(text) {
    return text
        .split('\n')
        .map((line) => (0,plain_text/* printable */.g)(line, 2_000)
        .replace(/[\\[\]]/g, '\\$&')
        .replace(/[{}]/g, '$&$&'))
        .join('\n');
}

;// CONCATENATED MODULE: ./lib/action/outputs.js
/**
 * THE table of outputs. Values are only words of ours, numbers, digests, names of platforms and files that we made:
 * nothing that an image could have written.
 */


const REPORT_OUTPUTS = [
    {
        name: 'verdict',
        summary: '`pass`, `fail`, `unverified` or `error`. Written as `error` before anything else happens; test for `pass`, because an output can also be empty.',
        value: ({ verdict }) => verdict,
    },
    {
        name: 'errors',
        summary: 'How many errors were found.',
        value: (report) => String(countSeverity(report, 'error')),
    },
    {
        name: 'warnings',
        summary: 'How many warnings were found.',
        value: (report) => String(countSeverity(report, 'warning')),
    },
    {
        name: 'digest',
        summary: 'The digest of the image; one a line when several images were checked.',
        value: ({ images }) => outputs_linesOf(images.flatMap(({ digest }) => digest ?? [])),
    },
    {
        name: 'pinned',
        summary: '`name@sha256:…`, the thing to deploy; one a line when several images were checked.',
        value: ({ images }) => outputs_linesOf(images.flatMap(({ pinned }) => pinned ?? [])),
    },
    {
        name: 'platforms',
        summary: 'The platforms in the image, as a JSON array.',
        value: ({ images }) => outputs_namesOf(images.flatMap((image) => image.platforms.map(({ platform }) => platform))),
    },
    {
        name: 'missing-platforms',
        summary: 'Required platforms that are not in the image, as a JSON array.',
        value: ({ images }) => outputs_namesOf(images.flatMap(({ missingPlatforms }) => missingPlatforms)),
    },
    {
        name: 'failed-platforms',
        summary: 'Platforms with findings that fail the run, or that could not be read, as a JSON array.',
        value: ({ images }) => outputs_namesOf(images.flatMap(({ platforms }) => platforms.filter(({ verdict }) => verdict !== 'pass').map(({ platform }) => platform))),
    },
];
/** Set to files below RUNNER_TEMP. */
const FILE_OUTPUTS = {
    report: {
        name: 'report-file',
        summary: 'The JSON report; its schema is `docs/schema/report.schema.json`.',
    },
    sarif: {
        name: 'sarif-file',
        summary: 'The report as SARIF 2.1.0, for `github/codeql-action/upload-sarif`.',
    },
    markdown: {
        name: 'markdown-file',
        summary: 'The text of the comment, for a `workflow_run` job that may comment on pull requests of forks.',
    },
    predicate: {
        name: 'predicate-file',
        summary: 'A predicate for `actions/attest`: digest, platforms, what starts in each, and the verdict.',
    },
};
const OUTPUTS = [...REPORT_OUTPUTS, ...Object.values(FILE_OUTPUTS)];
/** GitHub drops outputs over 1 MiB (as UTF-16) without a word: no list of ours comes near it. */
const LIST_LIMIT = 500;
/** Names and digests that were parsed before; printable all the same, one a line. */
function outputs_linesOf(names) {
    return names
        .slice(0, LIST_LIMIT)
        .map((name) => (0,plain_text/* printable */.g)(name, 500))
        .join('\n');
}
/** Platform names come from the index: what does not look like one is not passed on. */
function outputs_namesOf(platforms) {
    const names = platforms.map((name) => /^[a-z0-9._-]+\/[a-z0-9._/ ()-]{1,60}$/i.test(name) ? name : 'unknown');
    return JSON.stringify([...new Set(names)].slice(0, LIST_LIMIT));
}

;// CONCATENATED MODULE: ./lib/action/publish.js
/** Tells the runner: files and outputs first, then the log, annotations, the summary; the comment is last and apart. */











/** The report in files of a folder of its own, so that several steps of one job do not write over one another. */
async function writeFiles({ report, options, redact, runner }, folder) {
    const own = (0,external_node_path_.join)(folder, `exec-format-guard-${(0,external_node_crypto_.randomUUID)()}`);
    await (0,promises_.mkdir)(own, { recursive: true });
    const plain = { ...options, colour: 'off', log: 'terminal', detail: 'full' };
    const files = [
        [FILE_OUTPUTS.report.name, 'report.json', json.render(report, plain)],
        [FILE_OUTPUTS.sarif.name, 'report.sarif', sarif.render(report, plain)],
        [FILE_OUTPUTS.markdown.name, 'report.md', commentText(report, plain)],
        [FILE_OUTPUTS.predicate.name, 'predicate.json', predicateText(report)],
    ];
    for (const [output, name, text] of files) {
        const file = (0,external_node_path_.join)(own, name);
        await (0,promises_.writeFile)(file, redact(text));
        runner.setOutput(output, file);
    }
}
function setOutputs({ report, runner }) {
    for (const { name, value } of REPORT_OUTPUTS)
        runner.setOutput(name, value(report));
}
function printLog({ report, options, redact, runner }) {
    runner.print(redact(renderPretty(report, options)).trimEnd());
}
function annotate({ report, options, redact, runner }) {
    for (const annotation of annotationsOf(report, options)) {
        runner.annotate({ ...annotation, title: redact(annotation.title), message: redact(annotation.message) });
    }
}
async function addSummary({ report, options, redact, runner }) {
    await runner.addSummary(redact(jobSummary(report, options)));
}
/** Whether something is to be published, by how the run ended. */
function isWanted(when, report) {
    return when === 'always' || (when === 'on-failure' && report.verdict !== 'pass');
}

;// CONCATENATED MODULE: ./lib/action/pull-request.js
/** Which pull request an event is about, from the event alone; where it does not say, its commit can be asked for. */

const QUEUE = /^refs\/heads\/gh-readonly-queue\/.+\/pr-(\d+)-[0-9a-f]+$/;
function pullRequestOf({ name, payload, ref, sha }) {
    const number = numberAt(payload, 'pull_request', 'number') ??
        (valueAt(payload, 'issue', 'pull_request') === null ? null : numberAt(payload, 'issue', 'number')) ??
        numberAt(payload, 'workflow_run', 'pull_requests', 0, 'number') ??
        pull_request_numberOf(QUEUE.exec(ref)?.[1]);
    if (number !== null)
        return { kind: 'number', number };
    if (name === 'workflow_run')
        return commitHint(json_path_textAt(payload, 'workflow_run', 'head_sha') ?? '');
    return name === 'push' || name === 'workflow_dispatch' ? commitHint(sha) : { kind: 'none' };
}
/** The commit that people look at: a pull request's own head, not the merge that its run was made from. */
function commitOf({ payload, sha }) {
    return json_path_textAt(payload, 'pull_request', 'head', 'sha') ?? json_path_textAt(payload, 'workflow_run', 'head_sha') ?? sha;
}
/** Runs of these events have the rights of the base repository while the image may come from a fork. */
function isPrivileged({ name }) {
    return name === 'pull_request_target' || name === 'workflow_run';
}
function commitHint(sha) {
    return /^[0-9a-f]{40,64}$/.test(sha) ? { kind: 'commit', sha } : { kind: 'none' };
}
function pull_request_numberOf(text) {
    return text === undefined ? null : Number(text);
}

;// CONCATENATED MODULE: ./lib/action/run.js
/**
 * The action: inputs in, report out, exit status back. The output `verdict` says `error` until there is a report,
 * and nothing that happens after the verdict is known can change it.
 */

















/** Only defects are thrown. */
async function run(step, runner) {
    runner.setOutput('verdict', 'error');
    const secrets = new Secrets();
    try {
        const settings = await settingsOf(step);
        if (settings.githubToken !== null)
            secrets.register(settings.githubToken);
        const report = await check(settings, step, runner, secrets);
        await publish(report, settings, step, runner, secrets);
    }
    catch (error) {
        if (!(error instanceof base_failure/* Failure */.HR))
            throw error;
        step.setStatus((0,base_failure/* exitStatusOfFailure */.W4)(error.code));
        const title = `exec-format-guard could not check the image (${error.code})`;
        const message = secrets.redact(`${(0,plain_text/* printable */.g)(error.message)}\nhelp: ${(0,plain_text/* printable */.g)(error.hint)}`);
        runner.annotate({ level: 'error', title, message, place: null });
    }
}
async function settingsOf({ env, today }) {
    const context = { rules: RULES.map(({ id }) => id), today };
    const sources = [inputSource(env), environmentSource(env)];
    return readSettings(sources, (file) => read_config_readConfig(file, folderOf(env), context), context);
}
function folderOf(env) {
    return env['GITHUB_WORKSPACE'] ?? '.';
}
function check(settings, step, runner, secrets) {
    const face = {
        signal: step.signal,
        registerSecret: (secret) => {
            secrets.register(secret);
            if (secret.length >= Secrets.minimum)
                runner.mask(secret);
        },
        notice: (text) => tell(runner, secrets.redact(text)),
        warn: (text) => tell(runner, secrets.redact(text), 'warning'),
        progress: () => { },
        watch: () => { },
    };
    return withGuardHost(settings, step.env, folderOf(step.env), face, (host) => guard(requestOf(settings), host));
}
async function publish(report, settings, step, runner, secrets) {
    const event = await eventOf(step.env);
    const options = {
        colour: (step.env['NO_COLOR'] ?? '') === '' ? 'on' : 'off',
        log: 'actions',
        detail: step.env['RUNNER_DEBUG'] === '1' ? 'full' : 'brief',
        docsBase: docsBaseOf(step.env),
        sourceBase: sourceBaseOf(step.env, commitOf(event)),
    };
    const publication = { report, options, redact: (text) => secrets.redact(text), runner };
    await attempt(runner, 'the report files', () => writeFiles(publication, step.env['RUNNER_TEMP'] ?? '.'));
    printLog(publication);
    if (settings.annotations)
        annotate(publication);
    if (isWanted(settings.summary, report))
        await attempt(runner, 'the job summary', () => addSummary(publication));
    setOutputs(publication);
    step.setStatus(exitStatusOf(report));
    if (settings.commentInPr !== 'never')
        await comment(publication, settings, step.env, event);
}
async function comment({ report, options, redact, runner }, settings, env, event) {
    const [owner = '', repo = ''] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
    if (settings.githubToken === null)
        return tell(runner, 'no comment: there is no github-token');
    if (isPrivileged(event)) {
        tell(runner, `${event.name} runs with the rights of this repository: never check out or run what a fork has built`);
    }
    const order = {
        owner,
        repo,
        pullRequest: pullRequestOf(event),
        key: settings.commentKey ?? defaultKey(env, report),
        text: redact(commentText(report, options)),
        mode: isWanted(settings.commentInPr, report) ? 'create-or-update' : 'update',
    };
    const outcome = await postComment(order, await runner.callGithub(settings.githubToken));
    if (outcome.kind === 'failed')
        tell(runner, `no comment: ${outcome.problem}`);
}
/** Workflow, job and step, and the names of the images, so that the jobs of a matrix of images do not share one. */
function defaultKey(env, { images }) {
    const names = images.map(({ reference }) => reference.replace(/(?:@.*|:[^/:]*)$/, ''));
    const step = [env['GITHUB_WORKFLOW'], env['GITHUB_JOB'], env['GITHUB_ACTION']].map((part) => part ?? '');
    return [...step, ...new Set(names)].join('/');
}
async function eventOf(env) {
    const file = env['GITHUB_EVENT_PATH'] ?? '';
    const text = await (0,promises_.readFile)(file, 'utf8').catch(() => 'null');
    return {
        name: env['GITHUB_EVENT_NAME'] ?? '',
        payload: parsed(text),
        ref: env['GITHUB_REF'] ?? '',
        sha: env['GITHUB_SHA'] ?? '',
    };
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}
/** The pages of the very version that runs. */
function docsBaseOf({ GITHUB_SERVER_URL, GITHUB_ACTION_REPOSITORY, GITHUB_ACTION_REF }) {
    if ([GITHUB_SERVER_URL, GITHUB_ACTION_REPOSITORY, GITHUB_ACTION_REF].some((part) => (part ?? '') === ''))
        return '';
    return `${GITHUB_SERVER_URL}/${GITHUB_ACTION_REPOSITORY}/blob/${GITHUB_ACTION_REF}/`;
}
function tell(runner, text, level = 'notice') {
    runner.annotate({ level, title: 'exec-format-guard', message: (0,plain_text/* printable */.g)(text), place: null });
}
/** What helps but does not decide: when it fails, that is a notice. */
async function attempt(runner, what, work) {
    try {
        await work();
    }
    catch (error) {
        tell(runner, `${what} could not be written: ${String(error)}`);
    }
}


/***/ }),

/***/ 6398:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var node_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1708);
/* harmony import */ var _machine_stop_signal_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9166);
/* harmony import */ var _machine_defects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4091);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9205);




// The toolkit is half of all code here; loaded apart, it leaves the rest small enough to read.
const { runner } = await Promise.all(/* import() */[__webpack_require__.e(260), __webpack_require__.e(264), __webpack_require__.e(938)]).then(__webpack_require__.bind(__webpack_require__, 7938));
(0,_machine_defects_js__WEBPACK_IMPORTED_MODULE_2__/* .reportDefects */ .v)((text) => runner.annotate({ level: 'error', title: 'exec-format-guard', message: text, place: null }));
const setStatus = (status) => void (node_process__WEBPACK_IMPORTED_MODULE_0__.exitCode = status);
await (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)({ env: node_process__WEBPACK_IMPORTED_MODULE_0__.env, setStatus, today: new Date().toISOString().slice(0, 10), signal: (0,_machine_stop_signal_js__WEBPACK_IMPORTED_MODULE_1__/* .stopSignal */ .Z)() }, runner);

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 1747:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HR: () => (/* binding */ Failure),
/* harmony export */   W4: () => (/* binding */ exitStatusOfFailure),
/* harmony export */   zv: () => (/* binding */ recordOf)
/* harmony export */ });
/**
 * A failure: we could not look. It is data in the report, never a stack trace, and never looks like a
 * finding (the image is wrong) or a defect (our bug, which escapes as an ordinary error).
 */
const USAGE_CODES = new Set([
    'E_USAGE',
    'E_CONFIG',
    'E_REFERENCE',
    'E_AMBIGUOUS_REFERENCE',
]);
/**
 * What every part of the program throws when it cannot look. `message` is one line: what, where, why;
 * `hint` is one thing to do. Neither holds a secret. Texts may hold untrusted names: printers escape them.
 */
class Failure extends Error {
    name = 'Failure';
    code;
    hint;
    constructor(code, message, hint, options) {
        super(message, options);
        this.code = code;
        this.hint = hint;
    }
}
function recordOf(failure) {
    return { code: failure.code, message: failure.message, hint: failure.hint };
}
/** 2 for wrong usage or configuration, 3 ("not verified") for everything else. */
function exitStatusOfFailure(code) {
    return USAGE_CODES.has(code) ? 2 : 3;
}


/***/ }),

/***/ 453:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ LIMITS)
/* harmony export */ });
/**
 * Every cap of the program in one place, each with its reason. An image is untrusted input: whatever it
 * claims about its own size is a claim. Going over a limit is `E_LIMIT` ("not verified"), never a pass.
 */
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const LIMITS = {
    /** Registries refuse larger manifests (distribution-spec: at least 4 MiB must be accepted). */
    manifestBytes: 4 * MIB,
    /** A config is held in memory and parsed; real ones are under 100 KiB. */
    configBytes: 4 * MIB,
    /** Build provenance with `mode=max` embeds Dockerfiles and steps. */
    provenanceBytes: 16 * MIB,
    /** A token answer is a few KiB. */
    tokenBytes: 1 * MIB,
    /** How much of an error answer is read to find its message. */
    errorBodyBytes: 64 * KIB,
    /** Nesting of JSON documents; image-spec needs about 6. */
    jsonDepth: 64,
    /** Nesting of indexes. */
    indexDepth: 4,
    /** Manifests listed under one reference, in all indexes together. */
    manifests: 256,
    /** Layers of one image: overlayfs itself takes 500 lower directories. */
    layers: 1_000,
    /** Uncompressed bytes of one layer and of one image. */
    layerBytes: 10 * GIB,
    imageBytes: 20 * GIB,
    /** Uncompressed : compressed, watched once a layer is past `ratioFloorBytes`. */
    compressionRatio: 200,
    ratioFloorBytes: 256 * MIB,
    /** zstd windows over 128 MiB are refused by the zstd command line and by runtimes too. */
    zstdWindowLog: 27,
    /** Entries of one layer. */
    layerEntries: 2_000_000,
    /** Entries of all layers under one reference, every platform's: they are held until all is judged. */
    imageEntries: 5_000_000,
    /** Bytes of all facts under one reference (symbols, texts, targets of symlinks); the largest real images have a tenth. */
    imageFactBytes: 512 * MIB,
    /** UTF-16 units of all paths of one layer, which are held in memory; real layers have some 100 a file. */
    layerPathUnits: 256 * MIB,
    /** PATH_MAX of Linux, with the NUL. */
    pathBytes: 4_096,
    pathDepth: 1_024,
    /** A PAX or GNU long-name record is held in memory. */
    paxBytes: 1 * MIB,
    /** MAXSYMLINKS of Linux (include/linux/namei.h). */
    symlinkHops: 40,
    /** Components of paths that are looked up in one image (seconds): 40 symlinks of 4 KiB each are 50,000 a path. */
    lookups: 20_000_000,
    /** Bytes of one ELF file that are held while its facts are read. */
    elfBytes: 64 * MIB,
    /** A program header table larger than a page is refused by the kernel (fs/binfmt_elf.c: ELF_MIN_ALIGN). */
    elfProgramHeaders: 4_096,
    elfNeeded: 10_000,
    /** A Dockerfile is read for line numbers only; real ones are under 100 KiB. */
    dockerfileBytes: 1 * MIB,
    dockerfileInstructions: 5_000,
    /** Text of one script or one well-known file (/etc/passwd, ld.so.cache …) that is kept as a fact. */
    textBytes: 256 * KIB,
    /** /etc/ld.so.cache has some 100 bytes a library; 4 MiB is 40,000 libraries. */
    loaderCacheBytes: 4 * MIB,
    /** A zip archive that is opened for the native code in it is held in memory; four layers are read at once. */
    archiveBytes: 64 * MIB,
    archiveMembers: 65_535,
    /** Of one layer: each costs some inflating, and so does each archive that is packed in another. */
    archiveLooks: 20_000,
    archivesBytes: 1 * GIB,
    archiveNatives: 2_000,
    /** All such text of one layer. */
    layerTextBytes: 16 * MIB,
};


/***/ }),

/***/ 6297:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ printable),
/* harmony export */   y: () => (/* binding */ decodeBytes)
/* harmony export */ });
/**
 * The one printer. Everything that comes from an image, a registry or a file passes through here before it
 * reaches a log, so that no name can move the cursor, hide text, or speak to the Actions runner (which reads
 * `::command::` at the start of a line and `##[command]` anywhere in it, on stdout and stderr).
 */
// Controls, format and bidi characters, lone surrogates, line and paragraph separators, and all that is drawn as nothing.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** Undecodable bytes are carried as lone surrogates U+DC80..U+DCFF (see {@link decodeBytes}). */
function escapeOne(character) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff)
        return `\\x${(code - 0xdc00).toString(16)}`;
    if (character === '\n')
        return '\\n';
    if (character === '\r')
        return '\\r';
    if (character === '\t')
        return '\\t';
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
/** One line of visible text without runner commands, whatever went in; at most `limit` UTF-16 units. */
function printable(untrusted, limit = 1_000) {
    const cut = untrusted.length > limit ? `${untrusted.slice(0, limit - 1)}…` : untrusted;
    return cut
        .replace(INVISIBLE, escapeOne)
        .replaceAll('##[', '#\\x23[')
        .replace(/^(\s*):(?=:)/u, '$1\\x3a');
}
/**
 * Bytes of the image as a string without loss: valid UTF-8 as usual, every other byte 0xNN as the lone
 * surrogate U+DCNN. Equal bytes give equal strings, different bytes different strings.
 */
function decodeBytes(bytes) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = buffer.toString('utf8');
    if (!text.includes('\ufffd'))
        return text;
    let result = '';
    for (let at = 0; at < buffer.length;) {
        const length = sequenceLength(buffer, at);
        result +=
            length === 0
                ? String.fromCharCode(0xdc00 + (buffer[at] ?? 0))
                : buffer.toString('utf8', at, at + length);
        at += Math.max(length, 1);
    }
    return result;
}
/** Length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes, at) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length === 0 || first >= 0xf5 || at + length > bytes.length)
        return 0;
    for (let index = 1; index < length; index++) {
        if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80)
            return 0;
    }
    const second = bytes[at + 1] ?? 0;
    const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
    const outOfRange = (first === 0xed && second >= 0xa0) || (first === 0xf4 && second >= 0x90);
    return overlong || outOfRange ? 0 : length;
}


/***/ }),

/***/ 3627:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $W: () => (/* binding */ EM_386),
/* harmony export */   $f: () => (/* binding */ EM_PPC),
/* harmony export */   Bk: () => (/* binding */ EM_SPARC),
/* harmony export */   CC: () => (/* binding */ EM_ALPHA),
/* harmony export */   DU: () => (/* binding */ EM_SH),
/* harmony export */   Fm: () => (/* binding */ machineName),
/* harmony export */   Nu: () => (/* binding */ EM_AARCH64),
/* harmony export */   Ny: () => (/* binding */ EM_LOONGARCH),
/* harmony export */   TC: () => (/* binding */ EM_S390),
/* harmony export */   WR: () => (/* binding */ EM_486),
/* harmony export */   ZK: () => (/* binding */ EM_IA_64),
/* harmony export */   cG: () => (/* binding */ EM_MIPS_RS3_LE),
/* harmony export */   iD: () => (/* binding */ EM_ARM),
/* harmony export */   l$: () => (/* binding */ EM_68K),
/* harmony export */   l8: () => (/* binding */ isKnownMachine),
/* harmony export */   nV: () => (/* binding */ EM_S390_OLD),
/* harmony export */   nq: () => (/* binding */ EM_RISCV),
/* harmony export */   o4: () => (/* binding */ EM_NONE),
/* harmony export */   oV: () => (/* binding */ EM_SPARCV9),
/* harmony export */   of: () => (/* binding */ EM_PARISC),
/* harmony export */   pe: () => (/* binding */ EM_X86_64),
/* harmony export */   qm: () => (/* binding */ EM_SPARC32PLUS),
/* harmony export */   th: () => (/* binding */ EM_MIPS),
/* harmony export */   vM: () => (/* binding */ EM_PPC64)
/* harmony export */ });
/* unused harmony exports EM_AVR, EM_XTENSA, EM_MSP430, EM_HEXAGON, EM_MICROBLAZE, EM_CUDA, EM_AMDGPU, EM_LANAI, EM_BPF, EM_CSKY */
/** e_machine: the C names and the names we print (gABI, "ELF Header", and the psABIs' own registries). */
const EM_NONE = 0;
const EM_SPARC = 2;
const EM_386 = 3;
const EM_68K = 4;
const EM_486 = 6;
const EM_MIPS = 8;
const EM_MIPS_RS3_LE = 10;
const EM_PARISC = 15;
const EM_SPARC32PLUS = 18;
const EM_PPC = 20;
const EM_PPC64 = 21;
const EM_S390 = 22;
const EM_ARM = 40;
const EM_SH = 42;
const EM_SPARCV9 = 43;
const EM_IA_64 = 50;
const EM_X86_64 = 62;
const EM_AVR = 83;
const EM_XTENSA = 94;
const EM_MSP430 = 105;
const EM_HEXAGON = 164;
const EM_AARCH64 = 183;
const EM_MICROBLAZE = 189;
const EM_CUDA = 190;
const EM_AMDGPU = 224;
const EM_RISCV = 243;
const EM_LANAI = 244;
const EM_BPF = 247;
const EM_CSKY = 252;
const EM_LOONGARCH = 258;
const EM_ALPHA = 0x9026;
const EM_S390_OLD = 0xa390;
const NAMES = new Map([
    [EM_NONE, 'no machine'],
    [1, 'AT&T WE 32100'],
    [EM_SPARC, 'SPARC'],
    [EM_386, 'i386'],
    [EM_68K, 'm68k'],
    [5, 'm88k'],
    [EM_486, 'i486'],
    [7, 'Intel 80860'],
    [EM_MIPS, 'MIPS'],
    [9, 'IBM System/370'],
    [EM_MIPS_RS3_LE, 'MIPS R3000 little-endian'],
    [EM_PARISC, 'PA-RISC'],
    [EM_SPARC32PLUS, 'SPARC v8plus'],
    [19, 'Intel 80960'],
    [EM_PPC, 'PowerPC'],
    [EM_PPC64, 'PowerPC64'],
    [EM_S390, 'S/390'],
    [23, 'Cell SPU'],
    [36, 'NEC V800'],
    [EM_ARM, 'ARM'],
    [41, 'Alpha (old)'],
    [EM_SH, 'SuperH'],
    [EM_SPARCV9, 'SPARC v9'],
    [44, 'TriCore'],
    [45, 'ARC'],
    [46, 'H8/300'],
    [48, 'H8S'],
    [EM_IA_64, 'Itanium'],
    [52, 'ColdFire'],
    [EM_X86_64, 'x86-64'],
    [75, 'VAX'],
    [76, 'CRIS'],
    [EM_AVR, 'AVR'],
    [87, 'V850'],
    [88, 'M32R'],
    [92, 'OpenRISC'],
    [93, 'ARCompact'],
    [EM_XTENSA, 'Xtensa'],
    [EM_MSP430, 'MSP430'],
    [106, 'Blackfin'],
    [113, 'Nios II'],
    [140, 'TI C6000'],
    [144, 'TI PRU'],
    [EM_HEXAGON, 'Hexagon'],
    [EM_AARCH64, 'AArch64'],
    [185, 'AVR32'],
    [187, 'TILE64'],
    [188, 'TILEPro'],
    [EM_MICROBLAZE, 'MicroBlaze'],
    [EM_CUDA, 'CUDA GPU'],
    [191, 'TILE-Gx'],
    [195, 'ARCv2'],
    [197, 'RL78'],
    [EM_AMDGPU, 'AMD GPU'],
    [EM_RISCV, 'RISC-V'],
    [EM_LANAI, 'Lanai'],
    [EM_BPF, 'eBPF'],
    [251, 'NEC Vector Engine'],
    [EM_CSKY, 'C-SKY'],
    [EM_LOONGARCH, 'LoongArch'],
    [EM_ALPHA, 'Alpha'],
    [EM_S390_OLD, 'S/390 (old)'],
]);
/** `x86-64`, `AArch64` … or `machine 1234`. */
function machineName(machine) {
    return NAMES.get(machine) ?? `machine ${machine}`;
}
function isKnownMachine(machine) {
    return machine !== EM_NONE && NAMES.has(machine);
}


/***/ }),

/***/ 4091:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ reportDefects)
/* harmony export */ });
/* harmony import */ var node_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1708);
/* harmony import */ var _base_plain_text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6297);


/** A defect is ours: one line, exit status 70. The stack only when somebody looks for it. */
function reportDefects(tell, debug = 'off') {
    const end = (error) => {
        const message = error instanceof Error ? error.message : String(error);
        if (debug === 'on' && error instanceof Error)
            node_process__WEBPACK_IMPORTED_MODULE_0__.stderr.write(`${error.stack ?? ''}\n`);
        tell(`this is a defect of exec-format-guard, please report it: ${(0,_base_plain_text_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(message)}`);
        node_process__WEBPACK_IMPORTED_MODULE_0__.exit(70);
    };
    node_process__WEBPACK_IMPORTED_MODULE_0__.on('uncaughtException', end);
    node_process__WEBPACK_IMPORTED_MODULE_0__.on('unhandledRejection', end);
}


/***/ }),

/***/ 9166:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ stopSignal)
/* harmony export */ });
/* harmony import */ var _base_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1747);

/** Aborted by SIGINT or SIGTERM. The second one ends the process at once, as without us. */
function stopSignal() {
    const controller = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM']) {
        process.once(name, () => {
            controller.abort(new _base_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR('E_CANCELLED', `stopped by ${name}`, 'run it again'));
        });
    }
    return controller.signal;
}


/***/ }),

/***/ 9501:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bc: () => (/* binding */ isDigest),
/* harmony export */   Hy: () => (/* binding */ algorithmOf),
/* harmony export */   VK: () => (/* binding */ shortDigest),
/* harmony export */   m: () => (/* binding */ parseDigest)
/* harmony export */ });
/* harmony import */ var _base_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1747);

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
function isDigest(text) {
    return DIGEST.test(text);
}
/** @throws {Failure} E_JSON when the text is not a registered digest in its canonical (lower-case) form. */
function parseDigest(text, where) {
    if (isDigest(text))
        return text;
    throw new _base_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR('E_JSON', `${where}: "${text.slice(0, 80)}" is not a sha256 or sha512 digest`, 'write the digest as sha256: and 64 lower-case hexadecimal digits');
}
function algorithmOf(digest) {
    return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}
/** `sha256:0b6e92d4…77c1`, for people. */
function shortDigest(digest) {
    const [algorithm, hex = ''] = digest.split(':');
    return hex.length > 16 ? `${algorithm}:${hex.slice(0, 8)}…${hex.slice(-4)}` : digest;
}


/***/ }),

/***/ 7122:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bq: () => (/* binding */ formatPlatform),
/* harmony export */   FL: () => (/* binding */ normalizePlatform),
/* harmony export */   Y8: () => (/* binding */ parsePlatform),
/* harmony export */   my: () => (/* binding */ samePlatform)
/* harmony export */ });
/* harmony import */ var _base_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1747);

/** Spellings of uname(1) and of habit, as containerd's platforms package takes them. */
const ARCHITECTURE_ALIASES = {
    x86_64: { architecture: 'amd64' },
    'x86-64': { architecture: 'amd64' },
    aarch64: { architecture: 'arm64' },
    i386: { architecture: '386' },
    armhf: { architecture: 'arm', variant: 'v7' },
    armel: { architecture: 'arm', variant: 'v6' },
};
/** The variant that an unwritten one stands for: `linux/arm` is `linux/arm/v7`. */
const DEFAULT_VARIANTS = { arm: 'v7', arm64: 'v8', amd64: 'v1' };
/** `linux/arm64[/v8]` as people write it. @throws {Failure} E_USAGE */
function parsePlatform(text) {
    const parts = text.trim().toLowerCase().split('/');
    const [os = '', architecture = '', variant] = parts;
    const wellFormed = parts.length >= 2 && parts.length <= 3 && parts.every((part) => /^[a-z0-9._-]+$/.test(part));
    if (!wellFormed) {
        throw new _base_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR('E_USAGE', `"${text.slice(0, 80)}" is not a platform`, 'write it as os/architecture[/variant], for example linux/amd64 or linux/arm/v7');
    }
    const alias = ARCHITECTURE_ALIASES[architecture];
    const known = alias ?? { architecture };
    const chosen = variant ?? known.variant;
    return { os, architecture: known.architecture, ...(chosen === undefined ? {} : { variant: chosen }) };
}
/** Without what goes without saying: `linux/arm64/v8` is `linux/arm64`, `linux/arm` is `linux/arm/v7`. */
function normalizePlatform(platform) {
    const { variant: _, ...rest } = platform;
    const variant = platform.variant ?? DEFAULT_VARIANTS[platform.architecture];
    const unsaid = platform.architecture !== 'arm' && variant === DEFAULT_VARIANTS[platform.architecture];
    return variant === undefined || variant === '' || unsaid ? rest : { ...rest, variant };
}
/** The one spelling we print: normalised, with the Windows version where there is one. */
function formatPlatform(platform) {
    const { os, architecture, variant, osVersion } = normalizePlatform(platform);
    const name = variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
    return osVersion === undefined ? name : `${name} (${osVersion})`;
}
/** Same os, architecture and variant after normalisation. Windows versions are compared where both have one. */
function samePlatform(one, other) {
    const [a, b] = [normalizePlatform(one), normalizePlatform(other)];
    const versionsAgree = a.osVersion === undefined || b.osVersion === undefined || a.osVersion === b.osVersion;
    return a.os === b.os && a.architecture === b.architecture && a.variant === b.variant && versionsAgree;
}


/***/ }),

/***/ 1216:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Op: () => (/* binding */ canonicalPath),
/* harmony export */   bx: () => (/* binding */ baseOf),
/* harmony export */   ct: () => (/* binding */ componentsOf),
/* harmony export */   gG: () => (/* binding */ byteLengthOf),
/* harmony export */   gN: () => (/* binding */ parentOf),
/* harmony export */   uJ: () => (/* binding */ joinPath)
/* harmony export */ });
/** Paths of an image as text: absolute, with single slashes, bytes carried as in `decodeBytes`. */
/** The absolute path that a name in an archive stands for: cleaned as text alone, and never above the root. */
function canonicalPath(name) {
    const start = name.startsWith('./') ? 2 : name.startsWith('/') ? 1 : 0;
    const end = name.endsWith('/') ? Math.max(start, name.length - 1) : name.length;
    // Joined, not concatenated: a flat string, because a million of them are kept as keys.
    const path = ['', name.slice(start, end)].join('/');
    const clean = !path.includes('//') && !path.includes('/.') && !(path.length > 1 && path.endsWith('/'));
    return clean ? path : cleanPath(path);
}
function cleanPath(path) {
    const kept = [];
    for (const part of path.split('/')) {
        if (part === '..')
            kept.pop();
        else if (part !== '' && part !== '.')
            kept.push(part);
    }
    return `/${kept.join('/')}`;
}
/** Components in reverse, for a stack. */
function componentsOf(path) {
    return path.split('/').reverse();
}
/** How many bytes the text was made of: a lone surrogate of `decodeBytes` is one. */
function byteLengthOf(text) {
    const lone = text.match(/[\udc80-\udcff]/gu);
    return Buffer.byteLength(text, 'utf8') - 2 * (lone?.length ?? 0);
}
/** `/usr/bin` of `/usr/bin/env`, `/` of `/usr`. */
function parentOf(path) {
    const end = path.lastIndexOf('/');
    return end <= 0 ? '/' : path.slice(0, end);
}
function joinPath(directory, name) {
    return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
/** `env` of `/usr/bin/env`. */
function baseOf(path) {
    return path.slice(path.lastIndexOf('/') + 1);
}


/***/ }),

/***/ 1087:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ resolve)
/* harmony export */ });
/* harmony import */ var _base_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(453);
/* harmony import */ var _path_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1216);
/**
 * Path resolution inside the image, as path_resolution(7) does it in a chroot: symlinks are followed (at most 40),
 * `..` of the root is the root, every directory on the way is recorded because it must be searchable.
 */


const RUNTIME_MOUNTS = new Set(['/proc', '/sys', '/dev']);
const NAME_MAX = 255;
/** @throws {LayerNeeded} when a layer that is not mounted decides. */
function resolve(rootfs, path, options = {}) {
    const hops = [];
    const directories = [];
    const walk = { hops, directories };
    const from = options.from ?? '/';
    if (path === '')
        return { kind: 'missing', at: from, ...walk };
    if ((0,_path_js__WEBPACK_IMPORTED_MODULE_1__/* .byteLengthOf */ .gG)(path) >= _base_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .LIMITS */ .b.pathBytes)
        return { kind: 'too-long', at: path.slice(0, 80), ...walk };
    const pending = componentsOf(path);
    let current = path.startsWith('/') ? '/' : from;
    for (;;) {
        const here = rootfs.lookup(current);
        const name = pending.pop();
        if (here === null)
            return { kind: 'missing', at: current, ...walk };
        if (name === undefined)
            return { kind: 'found', located: here, ...walk };
        if (here.entry.type !== 'directory')
            return { kind: 'not-a-directory', at: current, ...walk };
        directories.push(here);
        if (name === '' || name === '.')
            continue;
        if (name === '..') {
            current = (0,_path_js__WEBPACK_IMPORTED_MODULE_1__/* .parentOf */ .gN)(current);
            continue;
        }
        const next = (0,_path_js__WEBPACK_IMPORTED_MODULE_1__/* .joinPath */ .uJ)(current, name);
        if ((0,_path_js__WEBPACK_IMPORTED_MODULE_1__/* .byteLengthOf */ .gG)(name) > NAME_MAX)
            return { kind: 'too-long', at: next, ...walk };
        if (RUNTIME_MOUNTS.has(next))
            return { kind: 'runtime-mount', at: next, ...walk };
        const found = rootfs.lookup(next);
        const isLast = pending.length === 0;
        if (found?.entry.type !== 'symlink' || (isLast && options.lastSymlink === 'stay')) {
            current = next;
            continue;
        }
        const target = found.entry.target ?? '';
        if (hops.length >= _base_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .LIMITS */ .b.symlinkHops)
            return { kind: 'loop', at: next, ...walk };
        hops.push({ path: next, target });
        if (target === '')
            return { kind: 'missing', at: next, ...walk };
        pending.push(...componentsOf(target));
        if (target.startsWith('/'))
            current = '/';
    }
}
/** Components in reverse, for a stack; a trailing slash leaves a last empty one, which demands a directory. */
function componentsOf(path) {
    return path
        .split('/')
        .filter((part, index, parts) => part !== '' || (index === parts.length - 1 && index > 0))
        .reverse();
}


/***/ }),

/***/ 1922:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ parseIgnoreText),
/* harmony export */   E4: () => (/* binding */ parseIgnoreList),
/* harmony export */   PL: () => (/* binding */ checkIgnore)
/* harmony export */ });
/* harmony import */ var _base_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1747);
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7122);
/* harmony import */ var _parsers_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9297);
/* harmony import */ var _written_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1390);
/** One accepted finding: `rule`, `rule@linux/386`, `rule:/path/glob`, `rule@linux/386:/path/glob`. */




function parseIgnoreList(written, context) {
    return (0,_parsers_js__WEBPACK_IMPORTED_MODULE_2__/* .parseList */ .E1)(written).map((text) => parseIgnoreText({ ...written, text }, context));
}
const SHAPE = /^([^@:\s]+)(?:@([^:\s]+))?(?::(.+))?$/;
function parseIgnoreText(written, context) {
    const [, rule, platform = null, path = null] = SHAPE.exec(written.text.trim()) ?? [];
    if (rule === undefined) {
        throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `"${written.text.slice(0, 100)}" is not an ignore entry`, 'write rule, rule@platform, rule:/path/glob or rule@platform:/path/glob');
    }
    return checkIgnore({ rule, platform, path, reason: null, until: null }, written, context);
}
function checkIgnore(parts, written, { rules, today }) {
    const { rule, path, reason, until } = parts;
    if (!rules.includes(rule)) {
        throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `there is no rule "${rule.slice(0, 100)}"`, (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .suggestion */ .h)(rule, rules));
    }
    if (path !== null && !path.startsWith('/') && !path.startsWith('**')) {
        throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `the path "${path.slice(0, 100)}" does not begin with /`, 'paths in an image are absolute: /usr/bin/*');
    }
    if (until !== null && !isDay(until)) {
        throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `"${until.slice(0, 100)}" is not a day`, 'write the last day as YYYY-MM-DD');
    }
    return {
        text: textOf(parts),
        where: written.where,
        rule,
        platform: platformOf(parts.platform, written),
        path,
        reason,
        until,
        ended: until !== null && until < today,
    };
}
function textOf({ rule, platform, path }) {
    return rule + (platform === null ? '' : `@${platform}`) + (path === null ? '' : `:${path}`);
}
function platformOf(text, written) {
    if (text === null)
        return null;
    try {
        return (0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_1__/* .parsePlatform */ .Y8)(text);
    }
    catch (error) {
        throw error instanceof _base_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR ? (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, error.message, error.hint) : error;
    }
}
/** A day of the calendar: 2026-02-30 is none. */
function isDay(text) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text))
        return false;
    const time = Date.parse(`${text}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}


/***/ }),

/***/ 9297:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $E: () => (/* binding */ parseDigestText),
/* harmony export */   E1: () => (/* binding */ parseList),
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   Gw: () => (/* binding */ parseNames),
/* harmony export */   HU: () => (/* binding */ parseChoice),
/* harmony export */   qA: () => (/* binding */ parsePlatforms),
/* harmony export */   r4: () => (/* binding */ parseText),
/* harmony export */   yG: () => (/* binding */ parseBoolean)
/* harmony export */ });
/* harmony import */ var _base_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1747);
/* harmony import */ var _oci_digest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9501);
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7122);
/* harmony import */ var _written_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1390);
/** Text -> value, one parser a kind of setting. @throws {Failure} that names the place and the way to write it. */




const parseText = ({ text }) => text.trim();
/** Lines and commas separate, double quotes hold a comma: as docker's own actions read their lists. */
const parseList = ({ text }) => {
    const fields = text
        .split(/\r?\n/)
        .flatMap((line) => [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]);
    return fields
        .map(([, quoted, bare = '']) => (quoted === undefined ? bare : quoted.replaceAll('""', '"')).trim())
        .filter((field) => field !== '');
};
/** A list of names of which each is known; `kind` says what they are names of. */
function parseNames(known, kind) {
    return (written) => {
        const names = parseList(written);
        const unknown = names.find((name) => !known.includes(name));
        if (unknown === undefined)
            return names;
        throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `there is no ${kind} "${unknown.slice(0, 100)}"`, (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .suggestion */ .h)(unknown, known));
    };
}
const parsePlatforms = (written) => parseList(written).map((text) => {
    try {
        return (0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_2__/* .parsePlatform */ .Y8)(text);
    }
    catch (error) {
        throw error instanceof _base_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR ? (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, error.message, error.hint) : error;
    }
});
const parseDigestText = (written) => {
    const text = written.text.trim();
    if ((0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_1__/* .isDigest */ .Bc)(text))
        return text;
    throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `"${text.slice(0, 100)}" is not a digest`, 'write it as sha256: and 64 hexadecimal digits; an empty value means that the digest is not known');
};
/** YAML's spellings, as the Actions toolkit takes them. */
const parseBoolean = (written) => {
    if (/^(?:true|True|TRUE)$/.test(written.text.trim()))
        return true;
    if (/^(?:false|False|FALSE)$/.test(written.text.trim()))
        return false;
    throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `"${written.text.slice(0, 100)}" is neither true nor false`, 'write true or false');
};
function parseChoice(choices) {
    return (written) => {
        const text = written.text.trim();
        const chosen = choices.find((choice) => choice === text);
        if (chosen !== undefined)
            return chosen;
        throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `"${text.slice(0, 100)}" is not a choice`, (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .suggestion */ .h)(text, choices));
    };
}
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** `20s`, `1m30s`, `0` in milliseconds. */
const parseDuration = (written) => {
    const text = written.text.trim();
    const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)/g)];
    const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === text;
    if (!isWhole && text !== '0') {
        throw (0,_written_js__WEBPACK_IMPORTED_MODULE_3__/* .complaint */ .U4)(written, `"${text.slice(0, 100)}" is not a duration`, 'write a number with ms, s, m or h: 20s');
    }
    return parts.reduce((sum, [, number = '0', unit = 's']) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
};


/***/ }),

/***/ 3986:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  wn: () => (/* binding */ ALL_SETTINGS),
  yy: () => (/* binding */ SETTINGS),
  H$: () => (/* binding */ settingNames)
});

// EXTERNAL MODULE: ./lib/survey/exemptions/index.js + 14 modules
var exemptions = __webpack_require__(1816);
// EXTERNAL MODULE: ./lib/settings/parsers.js
var parsers = __webpack_require__(9297);
;// CONCATENATED MODULE: ./lib/settings/setting.js
const EVERYWHERE = ['action', 'command', 'config'];
/** What is checked is said where the image is made, not in a policy for many workflows. */
const PER_RUN = ['action', 'command'];
const PUBLISHING = ['action', 'config'];
const ACTION_ONLY = ['action'];
const LIST = 'list: one a line, or separated by commas';
/** Only keeps the type of the value. */
function setting(definition) {
    return definition;
}

;// CONCATENATED MODULE: ./lib/settings/examination.js
/** The part of the table that says how much of each platform image is examined, and how strictly. */



const EXAMINATION = {
    scope: setting({
        name: 'scope',
        summary: 'How much of each platform image is examined.',
        shape: 'value',
        values: '`start` or `image`',
        initially: '`image`',
        faces: EVERYWHERE,
        remark: '`start`: what the container starts (ENTRYPOINT and CMD, wrappers, interpreters, loader, libraries, HEALTHCHECK). `image`: that, and every other binary. A third of real wrong-architecture incidents were helpers and add-ons that the start never touches.',
        fallback: 'image',
        parse: (0,parsers/* parseChoice */.HU)(['start', 'image']),
    }),
    arbitraryUser: setting({
        name: 'arbitrary-user',
        summary: 'Whether the image must also start as an arbitrary user with group 0, as on OpenShift.',
        shape: 'boolean',
        values: '`true` or `false`',
        initially: '`false`',
        faces: EVERYWHERE,
        remark: 'Whatever USER says: a high number that no image knows. Findings that only it has say so.',
        fallback: false,
        parse: parsers/* parseBoolean */.yG,
    }),
    binaries: setting({
        name: 'binaries',
        summary: 'More files that are held to the strictness of the start.',
        shape: 'list',
        values: `${LIST}; paths or globs`,
        initially: 'none',
        faces: EVERYWHERE,
        remark: 'Symlinks are followed, no exemption covers what they lead to, a path without a glob that is not in the image is an error, and a glob that matches nothing is a notice. Looked at in scope `image` alone.',
        fallback: [],
        parse: parsers/* parseList */.E1,
    }),
    exemptionsOff: setting({
        name: 'exemptions-off',
        summary: 'Exemptions that are not to apply, by name.',
        shape: 'list',
        values: `${LIST}; names of docs/exemptions.md`,
        initially: 'none',
        faces: EVERYWHERE,
        remark: 'What healthy images have on purpose (cross compilers, firmware, builds for other platforms …) is passed over and counted under `--verbose`; an exemption that is off lets such files be reported.',
        fallback: [],
        parse: (0,parsers/* parseNames */.Gw)(exemptions/* EXEMPTIONS */.v.map(({ name }) => name), 'exemption'),
    }),
    archives: setting({
        name: 'archives',
        summary: 'Whether jars, wheels and zips are opened for the native libraries in them.',
        shape: 'boolean',
        values: '`true` or `false`',
        initially: '`false`',
        faces: EVERYWHERE,
        remark: 'An archive with native libraries for other machines and none for this one is a warning of `foreign-add-on`. Archives inside archives are opened too; one that is larger than 64 MiB, encrypted or broken is named as not read.',
        fallback: false,
        parse: parsers/* parseBoolean */.yG,
    }),
};

;// CONCATENATED MODULE: ./lib/settings/table.js



const SETTINGS = {
    images: setting({
        name: 'image',
        summary: 'References of the images to check.',
        shape: 'list',
        values: `${LIST}; \`ghcr.io/acme/shop:1.4\`, \`…@sha256:…\`, \`oci:DIR[:TAG]\`, \`oci-archive:FILE[:TAG]\`, \`docker-archive:FILE\`, \`docker-daemon:NAME\``,
        initially: 'none; `digests` or `metadata` can name the image instead',
        faces: PER_RUN,
        remark: 'Takes `steps.meta.outputs.tags` unchanged; many tags of one digest are checked once.',
        fallback: [],
        parse: parsers/* parseList */.E1,
    }),
    digest: setting({
        name: 'digest',
        summary: 'The digest that was just built; every tag in `image` must point at it.',
        shape: 'value',
        values: '`sha256:…`',
        initially: 'not known',
        faces: PER_RUN,
        remark: 'Take it from `steps.build.outputs.digest`. A tag that points elsewhere is the finding `tag-mismatch`.',
        fallback: null,
        parse: parsers/* parseDigestText */.$E,
    }),
    digests: setting({
        name: 'digests',
        summary: 'Per-platform digests of a matrix build, or a folder of files named by digest, checked as one image.',
        shape: 'list',
        values: `${LIST}, or a folder`,
        initially: 'none',
        faces: PER_RUN,
        remark: 'Checks what a matrix has built before `docker buildx imagetools create` moves a tag to it.',
        fallback: [],
        parse: parsers/* parseList */.E1,
    }),
    metadata: setting({
        name: 'metadata',
        summary: 'Output of build-push-action, bake-action or metadata-action: JSON, or the path of a file with it.',
        shape: 'value',
        values: 'JSON or a path',
        initially: 'none',
        faces: PER_RUN,
        remark: 'Names, digest, asked-for platforms and the Dockerfile come from it. An input travels in the environment, where a value near 128 KiB stops the step; give the path of a file then.',
        fallback: null,
        parse: parsers/* parseText */.r4,
    }),
    platforms: setting({
        name: 'platforms',
        summary: 'Platforms that must be in the image.',
        shape: 'list',
        values: `${LIST}; \`linux/amd64\``,
        initially: 'the platforms that `metadata` asked for, else no check of presence',
        faces: EVERYWHERE,
        remark: '`linux/arm64` is `linux/arm64/v8`, `linux/arm` is `linux/arm/v7`, `linux/amd64` is `linux/amd64/v1`. Build attestations never count as a platform.',
        fallback: [],
        parse: parsers/* parsePlatforms */.qA,
    }),
    exactPlatforms: setting({
        name: 'exact-platforms',
        summary: 'Whether a platform beyond the required ones is a finding too.',
        shape: 'boolean',
        values: '`true` or `false`',
        initially: '`false`',
        faces: EVERYWHERE,
        remark: '',
        fallback: false,
        parse: parsers/* parseBoolean */.yG,
    }),
    ...EXAMINATION,
    dockerfile: setting({
        name: 'dockerfile',
        summary: 'The Dockerfile that annotations point into.',
        shape: 'value',
        values: 'a path; for bake, `target=path` lines',
        initially: "found: metadata, buildx's local state, provenance, `./Dockerfile`",
        faces: EVERYWHERE,
        remark: '',
        fallback: null,
        parse: parsers/* parseText */.r4,
    }),
    context: setting({
        name: 'context',
        summary: 'The build context that copied files come from.',
        shape: 'value',
        values: 'a path; for bake, `target=path` lines',
        initially: 'found as the Dockerfile is',
        faces: EVERYWHERE,
        remark: '',
        fallback: null,
        parse: parsers/* parseText */.r4,
    }),
    target: setting({
        name: 'target',
        summary: 'The stage that was built.',
        shape: 'value',
        values: 'the name of a stage',
        initially: 'the last stage',
        faces: EVERYWHERE,
        remark: '',
        fallback: null,
        parse: parsers/* parseText */.r4,
    }),
    ignore: setting({
        name: 'ignore',
        summary: 'Findings that are known and accepted.',
        shape: 'list',
        values: `${LIST}; \`rule\`, \`rule@linux/386\`, \`rule:/path/glob\``,
        initially: 'none',
        faces: EVERYWHERE,
        remark: 'Entries of the input and of the config file add up. Reasons and end dates live in the config file. An entry that matches nothing is reported.',
        fallback: [],
        parse: parsers/* parseList */.E1,
    }),
    configFile: setting({
        name: 'config-file',
        summary: 'The config file: one policy for many workflows.',
        shape: 'value',
        values: 'a path',
        initially: '`.github/exec-format-guard.yml` if present',
        faces: PER_RUN,
        remark: 'Its JSON Schema is `docs/schema/config.schema.json`. Unknown keys are errors that name the line.',
        fallback: null,
        parse: parsers/* parseText */.r4,
    }),
    failOn: setting({
        name: 'fail-on',
        summary: 'From which severity on a finding fails the run.',
        shape: 'value',
        values: '`error`, `warning` or `never`',
        initially: '`error`',
        faces: EVERYWHERE,
        remark: '`never` reports, annotates as warnings, and exits 0; the output `verdict` still says `fail`. What could not be read exits 3 all the same.',
        fallback: 'error',
        parse: (0,parsers/* parseChoice */.HU)(['error', 'warning', 'never']),
    }),
    annotations: setting({
        name: 'annotations',
        summary: 'Whether findings become annotations of the lines to blame.',
        shape: 'boolean',
        values: '`true` or `false`',
        initially: '`true`',
        faces: PUBLISHING,
        remark: '',
        fallback: true,
        parse: parsers/* parseBoolean */.yG,
    }),
    summary: setting({
        name: 'summary',
        summary: 'When the report is added to the job summary.',
        shape: 'value',
        values: '`always`, `on-failure` or `never`',
        initially: '`always`',
        faces: PUBLISHING,
        remark: '',
        fallback: 'always',
        parse: (0,parsers/* parseChoice */.HU)(['always', 'on-failure', 'never']),
    }),
    commentInPr: setting({
        name: 'comment-in-pr',
        summary: 'When the report is posted as a comment of the pull request, one that is edited in place.',
        shape: 'value',
        values: '`always`, `on-failure` or `never`',
        initially: '`never`',
        faces: PUBLISHING,
        remark: 'Needs `pull-requests: write`. Where the token may not comment (forks, Dependabot) that is a notice and changes nothing else.',
        fallback: 'never',
        parse: (0,parsers/* parseChoice */.HU)(['always', 'on-failure', 'never']),
    }),
    commentKey: setting({
        name: 'comment-key',
        summary: 'Keeps the comments of several jobs apart.',
        shape: 'value',
        values: 'text',
        initially: 'workflow/job/step',
        faces: ACTION_ONLY,
        remark: 'Jobs of one matrix share workflow, job and step: give each its own key.',
        fallback: null,
        parse: parsers/* parseText */.r4,
    }),
    insecureRegistries: setting({
        name: 'insecure-registries',
        summary: 'Registries that are spoken to over plain HTTP.',
        shape: 'list',
        values: `${LIST}; \`host:port\``,
        initially: 'loopback only',
        faces: PER_RUN,
        remark: 'Not in the config file: a file of a pull request must not take the encryption away from a log-in.',
        fallback: [],
        parse: parsers/* parseList */.E1,
    }),
    waitForImage: setting({
        name: 'wait-for-image',
        summary: 'How long a reference that is not there yet is asked for again.',
        shape: 'value',
        values: 'a duration: `20s`, `2m`, `0`',
        initially: '`20s`',
        faces: EVERYWHERE,
        remark: 'Registries answer 404 for seconds after a push.',
        fallback: 20_000,
        parse: parsers/* parseDuration */.E9,
    }),
    timeout: setting({
        name: 'timeout',
        summary: 'How long a run may take in all.',
        shape: 'value',
        values: 'a duration: `90s`, `10m`, `1h`; `0`: no limit',
        initially: '`10m`',
        faces: EVERYWHERE,
        remark: 'What is not finished then is not verified, and named: a server that hardly answers must not hold the job.',
        fallback: 600_000,
        parse: parsers/* parseDuration */.E9,
    }),
    cache: setting({
        name: 'cache',
        summary: 'Whether layer listings are kept by digest and used again by later runs.',
        shape: 'boolean',
        values: '`true` or `false`',
        initially: '`true`',
        faces: EVERYWHERE,
        remark: '',
        fallback: true,
        parse: parsers/* parseBoolean */.yG,
    }),
    githubToken: setting({
        name: 'github-token',
        summary: 'The token for the comment, the Dockerfile without a checkout, and ghcr.io without a log-in.',
        shape: 'value',
        values: 'a token',
        initially: "the job's own token",
        faces: ACTION_ONLY,
        remark: 'On the command line it comes from the environment only.',
        fallback: null,
        parse: parsers/* parseText */.r4,
    }),
};
const ALL_SETTINGS = Object.values(SETTINGS);
function settingNames(face) {
    return ALL_SETTINGS.filter(({ faces }) => faces.includes(face)).map(({ name }) => name);
}


/***/ }),

/***/ 1390:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U4: () => (/* binding */ complaint),
/* harmony export */   h: () => (/* binding */ suggestion)
/* harmony export */ });
/* unused harmony export closest */
/* harmony import */ var _base_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1747);
/** A value as somebody wrote it, and where: every complaint about it names the place. */

function complaint({ where, code }, problem, hint) {
    return new _base_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .Failure */ .HR(code, `${where}: ${problem}`, hint);
}
/** What `text` was probably meant to be: the closest of the names, when it is close. */
function closest(text, names) {
    const ranked = names
        .map((name) => ({ name, distance: editDistance(text.toLowerCase(), name.toLowerCase()) }))
        .sort((one, other) => one.distance - other.distance);
    const [best] = ranked;
    return best !== undefined && best.distance <= Math.max(1, Math.floor(best.name.length / 3))
        ? best.name
        : null;
}
/** `did you mean "platforms"?`, or the list of what there is. */
function suggestion(text, names, prefix = '') {
    const name = closest(text, names);
    if (name !== null)
        return `did you mean "${prefix}${name}"?`;
    return `known are ${names.map((known) => prefix + known).join(', ')}`;
}
/** How many letters to insert, delete, replace, or swap with their neighbour; long texts are cut, because no name is long. */
function editDistance(one, other) {
    const [a, b] = [one.slice(0, 60), other.slice(0, 60)];
    const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)];
    const at = (row, column) => rows[row]?.[column] ?? Infinity;
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        rows.push(row);
        for (let j = 1; j <= b.length; j++) {
            const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
            row.push(Math.min(at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1, swapped ? at(i - 2, j - 2) + 1 : Infinity));
        }
    }
    return at(a.length, b.length);
}


/***/ }),

/***/ 7173:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ emulatedBy)
/* harmony export */ });
/** GOARCH names behind the names of user-space emulators: `qemu-aarch64-static`, `box64`, `FEXInterpreter`. */
const EMULATORS = {
    box64: ['amd64'],
    box86: ['386'],
    FEXInterpreter: ['amd64', '386'],
};
/** The targets of qemu's user emulation (configs/targets/*-linux-user.mak), as GOARCH where there is one. */
const QEMU = new Map([
    ...`aarch64_be alpha armeb cris hexagon hppa loongarch64 m68k microblaze microblazeel mips mips64 mipsn32 mipsn32el
    nios2 or1k ppc ppc64 riscv32 riscv64 s390x sh4 sh4eb sparc sparc32plus sparc64 xtensa xtensaeb`
        .split(/\s+/)
        .map((target) => [target, target]),
    ['i386', '386'],
    ['x86_64', 'amd64'],
    ['arm', 'arm'],
    ['aarch64', 'arm64'],
    ['loongarch64', 'loong64'],
    ['mips64el', 'mips64le'],
    ['mipsel', 'mipsle'],
    ['ppc64el', 'ppc64le'],
    ['ppc64le', 'ppc64le'],
]);
/** The GOARCH names that a program of this name emulates; empty for all others. */
function emulatedBy(path) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const target = QEMU.get(/^qemu-([a-z0-9_]+)(?:-static)?$/.exec(name)?.[1] ?? '');
    return target === undefined ? (EMULATORS[name] ?? []) : [target];
}


/***/ }),

/***/ 1816:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  v: () => (/* binding */ EXEMPTIONS)
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/exemption.js
function exemption(fields) {
    return fields;
}

;// CONCATENATED MODULE: ./lib/survey/exemptions/boot-loaders.js

const BOOT = /^\/boot\/|^\/efi\/|\/(?:grub|grub2|syslinux|isolinux|pxelinux|shim|refind|systemd\/boot|limine|ipxe)\/|\.(?:efi|efi\.signed|c32)$/i;
const bootLoaders = exemption({
    name: 'boot-loaders',
    covers: 'GRUB, syslinux, EFI programs, shim, and everything below `/boot`.',
    reason: 'A machine’s firmware starts them, never a container.',
    judgedBy: 'place',
    applies: ({ path }) => BOOT.test(path),
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/compatible-32-bit.js

const compatible32Bit = exemption({
    name: 'compatible-32-bit',
    covers: '386 files on amd64, and the 32-bit sisters of s390x, ppc64 and mips64.',
    reason: 'Nearly every host of these platforms runs them. A program that the container itself starts is reported as `compat-32-bit` all the same.',
    judgedBy: 'file',
    applies: (_, { fit }) => fit === 'compatible',
});

// EXTERNAL MODULE: ./lib/survey/place.js
var place = __webpack_require__(3005);
;// CONCATENATED MODULE: ./lib/survey/exemptions/compatibility-layers.js


const LAYERS = /\/(?:wine(?:[-.\d][^/]*)?|proton(?:[-.\d][^/]*)?|box(?:86|64)[^/]*|fex-emu|FEX-Emu|hangover[^/]*|darling|exagear[^/]*|Rosetta[^/]*)\//;
const compatibilityLayers = exemption({
    name: 'compatibility-layers',
    covers: 'The trees of Wine, Proton, Box86, Box64, FEX, Hangover and Darling.',
    reason: 'They bring the files of the other machine or system that they run.',
    judgedBy: 'file',
    // A command among them runs only where an emulator for it is in the image.
    applies: ({ path, architecture }, { image }) => {
        if (!LAYERS.test(path))
            return false;
        const isEmulated = architecture !== null && image.emulated.has(architecture);
        return isEmulated || !(0,place/* isCalled */.AP)(image.placeOf(path));
    },
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/cross-toolchains.js

/** A target of GNU or LLVM: a machine first, so that `/usr/local/node-v20-linux-x64` is none. */
const MACHINE = '(?:x86_64|amd64|i[3-6]86|aarch64(?:_be)?|arm(?:eb|v\\d[a-z]*)?|thumb[a-z0-9.]*|riscv(?:32|64)[a-z]*|powerpc(?:64)?(?:le)?|ppc(?:64)?(?:le)?|s390x?|mips[a-z0-9]*|loongarch(?:32|64)|sparc(?:64|v9)?|m68k|sh[1-5][a-z]*|alpha|hppa(?:64)?|ia64|avr|xtensa[a-z0-9]*|msp430|or1k|nios2|microblaze(?:el)?|arc[a-z0-9]*|csky|bpf[a-z]*|wasm(?:32|64))';
const TRIPLET = `${MACHINE}(?:-[a-z0-9_.]+)?-(?:linux|none|elf|eabi|mingw32|w64|musl|android|freebsd|apple|wasi|uclinux)[a-z0-9_.-]*`;
const TOOLCHAINS = new RegExp([
    `^/usr/(?:local/)?${TRIPLET}/`, // /usr/aarch64-linux-gnu/lib: Debian's and Fedora's sysroots
    '/(?:gcc-cross|gcc-snapshot|sys-?roots?|sysroots|x-tools|crosstool[^/]*|cross-tools?)/',
    `/lib(?:exec|32|64)?/gcc/${TRIPLET}/`,
    `/rustlib/${TRIPLET}/`,
    '/(?:android-)?ndk(?:-bundle)?/|/android-sdk/',
    '/libx32/|/x32/', // gcc-multilib
    '/(?:zig|ziglang)/lib/',
    `/(?:toolchains?|compilers?)/(?:.*/)?${TRIPLET}/`,
    '/\\.cargo/registry/src/|/go/pkg/mod/',
    '/clang(?:/|-)\\d+(?:\\.[\\d.]+)?/(?:.*/)?lib/',
].join('|'));
const crossToolchains = exemption({
    name: 'cross-toolchains',
    covers: 'Cross compilers and what they link with: `/usr/<triplet>/`, `gcc-cross`, `rustlib/<target>`, sysroots, the Android NDK, source caches of Cargo and Go.',
    reason: 'A compiler for another machine needs that machine’s libraries. Nothing here runs in the container.',
    judgedBy: 'place',
    applies: ({ path }) => TOOLCHAINS.test(path),
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/debug-files.js

const debugFiles = exemption({
    name: 'debug-files',
    covers: 'Detached debug information: `/usr/lib/debug`, `*.debug`, `.build-id`, `*.dSYM`.',
    reason: 'Debuggers read it; it cannot be run.',
    judgedBy: 'place',
    applies: ({ path }) => /\/usr\/lib\/debug\/|\.debug$|\/\.build-id\/|\.dSYM\//.test(path),
});

// EXTERNAL MODULE: ./lib/elf/machines.js
var machines = __webpack_require__(3627);
;// CONCATENATED MODULE: ./lib/survey/exemptions/device-code.js


/** Machines that Linux user space exists for; a file for one of them may have got into the wrong image. */
const HOSTS = new Set([
    machines/* EM_386 */.$W,
    machines/* EM_486 */.WR,
    machines/* EM_68K */.l$,
    machines/* EM_AARCH64 */.Nu,
    machines/* EM_ALPHA */.CC,
    machines/* EM_ARM */.iD,
    machines/* EM_IA_64 */.ZK,
    machines/* EM_LOONGARCH */.Ny,
    machines/* EM_MIPS */.th,
    machines/* EM_MIPS_RS3_LE */.cG,
    machines/* EM_NONE */.o4,
    machines/* EM_PARISC */.of,
    machines/* EM_PPC */.$f,
    machines/* EM_PPC64 */.vM,
    machines/* EM_RISCV */.nq,
    machines/* EM_S390 */.TC,
    machines/* EM_S390_OLD */.nV,
    machines/* EM_SH */.DU,
    machines/* EM_SPARC */.Bk,
    machines/* EM_SPARC32PLUS */.qm,
    machines/* EM_SPARCV9 */.oV,
    machines/* EM_X86_64 */.pe,
]);
const deviceCode = exemption({
    name: 'device-code',
    covers: 'Code for GPUs (CUDA, AMD), eBPF, microcontrollers (AVR, Xtensa, MSP430, ARM Cortex-M and -R …) and other devices.',
    reason: 'It is loaded into the device. No container host has such a processor, so it is no mix-up of platforms; on PATH it is a fault all the same.',
    judgedBy: 'place',
    applies: ({ elf }) => elf !== null && (!HOSTS.has(elf.machine) || elf.arm?.cpuProfile === 'M' || elf.arm?.cpuProfile === 'R'),
});

// EXTERNAL MODULE: ./lib/survey/emulated-by.js
var emulated_by = __webpack_require__(7173);
;// CONCATENATED MODULE: ./lib/survey/exemptions/emulators.js


const TREES = /^\/(?:usr\/gnemul|etc\/qemu-binfmt|usr\/qemu-[a-z0-9_]+)\//;
const emulators = exemption({
    name: 'emulators',
    covers: '`qemu-*` user emulators for another host (left over from builds that copied one in), and trees of programs that an emulator in the image runs.',
    reason: 'The emulator is not part of what the container does; the programs run under it.',
    judgedBy: 'name',
    applies: ({ path, architecture }, { image }) => {
        if ((0,emulated_by/* emulatedBy */.p)(path).length > 0 || TREES.test(path))
            return true;
        return architecture !== null && image.emulated.has(architecture) && image.placeOf(path) === 'elsewhere';
    },
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/firmware.js

const FIRMWARE = /^\/(?:usr\/)?lib\/(?:firmware|modules|u-boot|arm-trusted-firmware|riscv\d+-linux-[^/]*\/opensbi)\/|^\/usr\/share\/(?:qemu|qemu-efi[^/]*|seabios|openbios|OVMF|AAVMF|opensbi|skiboot|slof)\/|^\/usr\/(?:lib|share)\/(?:ipxe|palo|openbios|slof)\//;
const firmware = exemption({
    name: 'firmware',
    covers: 'Files below `/lib/firmware` and `/lib/modules`, and the firmware of emulators and boards.',
    reason: 'A kernel or an emulator loads it, on the machine that it is for.',
    judgedBy: 'place',
    applies: ({ path }) => FIRMWARE.test(path),
});

// EXTERNAL MODULE: ./lib/survey/platform-words.js
var platform_words = __webpack_require__(5371);
;// CONCATENATED MODULE: ./lib/survey/exemptions/foreign-packages.js


/** `/usr/lib/arm-linux-gnueabihf/`, and the loader at the place that the ABI demands. */
const MULTIARCH = /^\/(?:usr\/(?:local\/)?)?lib\/([a-z0-9_]+-linux-[a-z0-9_]+)\/|^\/(?:usr\/)?lib(?:32|64)?\/ld-[^/]+\.so\.\d$/;
const foreignPackages = exemption({
    name: 'foreign-packages',
    covers: 'Library directories of another architecture (`/usr/lib/arm-linux-gnueabihf/`) whose packages the package database lists as installed.',
    reason: 'Debian’s multiarch was used on purpose: `dpkg --add-architecture`. Where the database lists the other architecture alone, the base is wrong and nothing is exempt. The databases of dpkg and apk are read; rpm has no such directories, its only other architecture is the 32-bit sister that `compatible-32-bit` covers.',
    judgedBy: 'place',
    applies: ({ path, architecture }, { image }) => {
        const match = MULTIARCH.exec(path);
        if (match === null || architecture === null || !image.foreignPackages.has(architecture))
            return false;
        const named = match[1] === undefined ? null : (0,platform_words/* platformWordsOf */.u)(`/${match[1]}`)?.architecture;
        return named === null || named === undefined || named === architecture;
    },
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/object-files.js

const objectFiles = exemption({
    name: 'object-files',
    covers: 'ELF files that are neither programs nor libraries: object files (`.o`, `.syso`), kernel modules, eBPF objects, core dumps.',
    reason: 'Nobody starts them; compilers and kernels take them for whatever machine they are made for.',
    judgedBy: 'file',
    applies: (_, { fit }) => fit === 'no-program',
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/other-builds.js

const otherBuilds = exemption({
    name: 'other-builds',
    covers: 'Builds of a package for other platforms beside the build for this one: `prebuilds/<platform>-<arch>`, npm’s `@scope/package-linux-arm64`, `bin/linux/x64`.',
    reason: 'The package chooses the right one when it runs. Where the right one is missing, that is reported (`foreign-add-on`).',
    judgedBy: 'name',
    applies: (_, { builds }) => builds === 'complete' || builds === 'other-systems',
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/other-systems.js

const WINDOWS_NAME = /\.(?:exe|dll|sys|ocx|cpl|scr|com|efi|winmd|mui|pyd|ax|drv|tlb)(?:\.[a-z]+)?$/i;
const MACOS_NAME = /\.(?:dylib|bundle)$|\.(?:app|framework)\//;
const otherSystems = exemption({
    name: 'other-systems',
    covers: 'Windows files by their names (`.exe`, `.dll`: .NET assemblies among them), macOS libraries and apps, builds for other systems beside those for Linux, and the macOS-only npm package `fsevents`.',
    reason: 'Linux never loads them by these names; packages carry them for their users on other systems.',
    judgedBy: 'name',
    applies: ({ path, format, isExecutable }, { builds, image }) => {
        if (format === 'elf')
            return false;
        if (WINDOWS_NAME.test(path) || MACOS_NAME.test(path) || path.includes('/fsevents/'))
            return true;
        if (builds === 'other-systems')
            return true;
        // A Linux program asks for these by name, whatever the file is.
        if (builds !== 'unnamed' || /\.node$|\.so(?:\.[0-9.]+)?$/.test(path))
            return false;
        return !isExecutable || image.placeOf(path) === 'elsewhere';
    },
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/test-data.js

const testData = exemption({
    name: 'test-data',
    covers: 'Files below `testdata`, `test-data`, `test_data`, `fixtures` or `__fixtures__`, as Go’s own source tree has them, and `Inputs` of LLVM’s tests.',
    reason: 'Tests of tools that read binaries need binaries of every machine.',
    judgedBy: 'place',
    applies: ({ path }) => /\/(?:test[-_]?data|__fixtures__|fixtures|testcases)\/|\/tests?\/(?:.*\/)?inputs\//i.test(path),
});

;// CONCATENATED MODULE: ./lib/survey/exemptions/index.js
/** Every exemption. A file counts for the first one that applies. */













const EXEMPTIONS = [
    objectFiles,
    compatible32Bit,
    deviceCode,
    firmware,
    bootLoaders,
    debugFiles,
    testData,
    compatibilityLayers,
    crossToolchains,
    emulators,
    foreignPackages,
    otherSystems,
    otherBuilds,
];


/***/ }),

/***/ 3005:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AP: () => (/* binding */ isCalled),
/* harmony export */   N4: () => (/* binding */ Places),
/* harmony export */   o: () => (/* binding */ isExtension)
/* harmony export */ });
/* harmony import */ var picomatch__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4006);
/* harmony import */ var _rootfs_path_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1216);
/* harmony import */ var _rootfs_resolve_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1087);
/* harmony import */ var _emulated_by_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7173);
/* harmony import */ var _platform_words_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5371);
/** Where in the image a file lies, as far as that tells what becomes of it. */





const COMMAND_DIRECTORIES = [
    '/usr/local/sbin',
    '/usr/local/bin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
];
const SERVICES = /^\/(?:init$|command\/|package\/|etc\/(?:s6-overlay|services\.d|cont-init\.d)\/|cnb\/|layers\/)/;
const LIBRARIES = /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|exec)?\//;
/** A library directory of Debian's multiarch, whose first word is its architecture. */
const MULTIARCH = /^\/(?:usr\/(?:local\/)?)?lib\/((?:[a-z0-9_]+)-linux-(?:gnu|musl)[a-z0-9_]*)\//;
const PYTHON = /\/(?:site|dist)-packages\/.*\.so(?:\.[0-9.]+)?$|\/lib-dynload\/[^/]+\.so$/;
const RUBY = /\/(?:gems|extensions|vendor_ruby|site_ruby|ruby\/[0-9.]+)\/.*\.(?:so|bundle)$/;
const PERL = /\/auto\/.*\.so$/;
const PHP = /\/no-debug-(?:non-)?zts-\d+\/[^/]+\.so$/;
const COMPILED_NODE = /\/build\/(?:Release|Debug)\/[^/]+\.node$/;
/** What is run by its name alone: no exemption by place may hide it. */
function isCalled(place) {
    return place === 'command' || place === 'service' || place === 'wanted';
}
const GLOB = /[*?[\]{}()!+@\\]/;
class Places {
    #rootfs;
    #reached = new Map();
    #lost = [];
    #commands;
    #isWanted;
    #unmatched;
    #architecture;
    /** `environment`: of the image; `wanted`: globs. */
    constructor(rootfs, architecture, environment, wanted) {
        this.#rootfs = rootfs;
        const searched = environment
            .get('PATH')
            ?.split(':')
            .filter((each) => each.startsWith('/')) ?? [];
        const directories = [...searched, ...COMMAND_DIRECTORIES];
        this.#commands = new Set(directories.map((directory) => canonical(rootfs, directory)));
        this.#isWanted = wanted.length === 0 ? () => false : picomatch__WEBPACK_IMPORTED_MODULE_3__([...wanted], { dot: true });
        this.#unmatched = new Map(wanted.map((glob) => [glob, picomatch__WEBPACK_IMPORTED_MODULE_3__(glob, { dot: true })]));
        this.#architecture = architecture;
        // A name without a glob may lead over links of directories, which no glob on real paths would match.
        for (const named of wanted.filter((each) => each.startsWith('/') && !GLOB.test(each)))
            this.#reach(named);
    }
    /** Files that the user named without a glob and that are not there. */
    get lost() {
        return this.#lost;
    }
    /** What the user named and no file seen so far fits, without those that are lost. */
    get unmatched() {
        return [...this.#unmatched.keys()];
    }
    /** Told of every file of the image. */
    see(path) {
        for (const [glob, fits] of this.#unmatched)
            if (fits(path))
                this.#unmatched.delete(glob);
    }
    #reach(named) {
        const found = (0,_rootfs_resolve_js__WEBPACK_IMPORTED_MODULE_0__/* .resolve */ .h)(this.#rootfs, named);
        if (found.kind === 'runtime-mount')
            return;
        this.#unmatched.delete(named);
        if (found.kind === 'found')
            this.#reached.set(found.located.path, 'wanted');
        else
            this.#lost.push(named);
    }
    /** A symlink in a directory of PATH, or one that the user named, makes what it leads to such a file. */
    follow(link) {
        const isWanted = this.#isWanted(link);
        if (!isWanted && (!this.#commands.has((0,_rootfs_path_js__WEBPACK_IMPORTED_MODULE_4__/* .parentOf */ .gN)(link)) || this.#saysOther(link)))
            return;
        const found = (0,_rootfs_resolve_js__WEBPACK_IMPORTED_MODULE_0__/* .resolve */ .h)(this.#rootfs, link);
        if (found.kind !== 'found' || found.located.entry.type !== 'file')
            return;
        const { path } = found.located;
        this.see(link);
        if (isWanted || !this.#reached.has(path))
            this.#reached.set(path, isWanted ? 'wanted' : 'command');
    }
    /** Its own name says that it leads to something for another machine: `kubectl-linux-amd64`, `qemu-aarch64`. */
    #saysOther(link) {
        const architecture = (0,_platform_words_js__WEBPACK_IMPORTED_MODULE_2__/* .platformWordsOf */ .u)(link.slice(link.lastIndexOf('/')))?.architecture ?? null;
        return (0,_emulated_by_js__WEBPACK_IMPORTED_MODULE_1__/* .emulatedBy */ .p)(link).length > 0 || (architecture !== null && architecture !== this.#architecture);
    }
    isLinked(path) {
        return this.#reached.has(path);
    }
    of(path) {
        if (this.#isWanted(path))
            return 'wanted';
        const reached = this.#reached.get(path);
        if (reached !== undefined)
            return reached;
        if (this.#commands.has((0,_rootfs_path_js__WEBPACK_IMPORTED_MODULE_4__/* .parentOf */ .gN)(path)))
            return 'command';
        if (SERVICES.test(path))
            return 'service';
        if (isExtension(path))
            return 'extension';
        if (path.endsWith('.node'))
            return 'add-on';
        return LIBRARIES.test(path) && !this.#isOfOtherMultiarch(path) ? 'library' : 'elsewhere';
    }
    /** The platform's loaders do not look into the library directories of other architectures. */
    #isOfOtherMultiarch(path) {
        const [, triplet] = MULTIARCH.exec(path) ?? [];
        const architecture = triplet === undefined ? null : (0,_platform_words_js__WEBPACK_IMPORTED_MODULE_2__/* .platformWordsOf */ .u)(`/${triplet}`)?.architecture;
        return typeof architecture === 'string' && architecture !== this.#architecture;
    }
}
function isExtension(path) {
    return [PYTHON, RUBY, PERL, PHP, COMPILED_NODE].some((pattern) => pattern.test(path));
}
function canonical(rootfs, directory) {
    const found = (0,_rootfs_resolve_js__WEBPACK_IMPORTED_MODULE_0__/* .resolve */ .h)(rootfs, directory);
    return found.kind === 'found' ? found.located.path : directory;
}


/***/ }),

/***/ 5371:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ platformWordsOf)
/* harmony export */ });
const ARCHITECTURES = {
    amd64: ['amd64', 'x64', 'x86_64', 'x86-64', 'amd64v1', 'amd64v2', 'amd64v3'],
    '386': ['386', 'i386', 'i486', 'i586', 'i686', 'ia32', 'x86', 'x86_32'],
    arm64: ['arm64', 'aarch64', 'aarch_64', 'arm64v8', 'armv8', 'arm64e'],
    arm: ['arm', 'arm32', 'armhf', 'armel', 'armv5', 'armv6', 'armv6l', 'armv7', 'armv7l', 'armv7a', 'armeabi'],
    ppc64le: ['ppc64le', 'ppcle_64', 'ppc64el', 'powerpc64le'],
    ppc64: ['ppc64', 'powerpc64'],
    s390x: ['s390x', 's390_64'],
    riscv64: ['riscv64', 'riscv64gc'],
    loong64: ['loong64', 'loongarch64'],
    mips64le: ['mips64le', 'mips64el'],
    mips64: ['mips64'],
    mipsle: ['mipsle', 'mipsel'],
    mips: ['mips'],
};
const SYSTEMS = {
    linux: ['linux', 'manylinux', 'musllinux', 'linuxmusl', 'linuxglibc'],
    darwin: ['darwin', 'mac', 'mac64', 'macos', 'macosx', 'osx'],
    windows: ['windows', 'win', 'win32', 'win64', 'mingw32', 'msvc'],
    android: ['android', 'androideabi'],
    freebsd: ['freebsd'],
    openbsd: ['openbsd'],
    netbsd: ['netbsd'],
    solaris: ['sunos', 'solaris', 'illumos'],
};
const LIBCS = {
    glibc: ['gnu', 'glibc', 'gnueabi', 'gnueabihf', 'linuxglibc'],
    musl: ['musl', 'musleabi', 'musleabihf', 'linuxmusl', 'alpine'],
};
/** Vendors of target triples, versions of prebuilds: they vary with the platform but say nothing. */
const FILLERS = new Set(['unknown', 'pc', 'apple', 'universal', 'universal2']);
const ARCHITECTURE_OF = invert(ARCHITECTURES);
const SYSTEM_OF = invert(SYSTEMS);
const LIBC_OF = invert(LIBCS);
/** Longer words first, so that `x86_64` is not read as `x86` and 64. */
const WORD = new RegExp(`(?<![a-z0-9])(${[...ARCHITECTURE_OF.keys(), ...SYSTEM_OF.keys(), ...LIBC_OF.keys(), ...FILLERS]
    .sort((one, other) => other.length - one.length)
    .map((word) => word.replaceAll(/[.+]/g, '\\$&'))
    .join('|')})(?![a-z0-9])`, 'gi');
/** null when the path names neither an architecture nor a system. */
function platformWordsOf(path) {
    let [os, architecture, libc] = [null, null, null];
    const family = path.replaceAll(WORD, (word) => {
        const lower = word.toLowerCase();
        os = SYSTEM_OF.get(lower) ?? os;
        architecture = ARCHITECTURE_OF.get(lower) ?? architecture;
        const named = LIBC_OF.get(lower);
        if (named === 'glibc' || named === 'musl')
            libc = named;
        return '*';
    });
    if (os === null && architecture === null)
        return null;
    return { family: family.replaceAll(/\*(?:[-_.+]\*)+/g, '*'), os, architecture, libc };
}
function invert(words) {
    return new Map(Object.entries(words).flatMap(([name, all]) => all.map((word) => [word, name])));
}


/***/ })

};

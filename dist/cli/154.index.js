export const id = 154;
export const ids = [154];
export const modules = {

/***/ 2154:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   parseConfigFile: () => (/* binding */ parseConfigFile)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _base_failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1747);
/* harmony import */ var _ignore_entry_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1922);
/* harmony import */ var _table_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3986);
/* harmony import */ var _written_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1390);
/**
 * The config file: YAML with the names of the settings as keys, where an ignore entry may carry a reason and an end
 * date. Nothing in it is executed, unknown keys are refused, and every complaint names the line.
 */





/** A file of people is a few KiB. */
const SIZE_LIMIT = 256 * 1024;
/** @throws {Failure} E_CONFIG */
function parseConfigFile(text, file, context) {
    if (text.length > SIZE_LIMIT) {
        throw new _base_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .Failure */ .HR('E_CONFIG', `${file}: larger than 256 KiB`, 'a config file holds a few settings and ignore entries');
    }
    return new ConfigReader(text, file, context).read();
}
class ConfigReader {
    #lines = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    #file;
    #context;
    #text;
    constructor(text, file, context) {
        this.#text = text;
        this.#file = file;
        this.#context = context;
    }
    read() {
        const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(this.#text, { lineCounter: this.#lines, prettyErrors: false });
        const [error] = document.errors;
        if (error !== undefined) {
            const at = this.#written('', error.pos[0]);
            throw (0,_written_js__WEBPACK_IMPORTED_MODULE_4__/* .complaint */ .U4)(at, `this is not YAML: ${error.message}`, 'correct the line');
        }
        const root = document.contents;
        if (root === null || ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(root) && root.value === null))
            return { source: () => null, ignore: [] };
        if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(root))
            throw this.#complain(root, 'the file is not a mapping', 'write lines like `fail-on: warning`');
        const values = new Map();
        const ignore = [];
        for (const [name, value] of this.#entriesOf(root, (0,_table_js__WEBPACK_IMPORTED_MODULE_3__/* .settingNames */ .H$)('config'))) {
            if (name === 'ignore')
                ignore.push(...this.#ignoreEntries(value));
            else
                values.set(name, this.#setting(name, value));
        }
        return { source: (name) => values.get(name) ?? null, ignore };
    }
    /** Keys with their values; unknown keys are refused. */
    *#entriesOf(map, known) {
        for (const pair of map.items) {
            const key = keyOf(pair);
            const node = isNode(pair.key) ? pair.key : map;
            if (!known.includes(key)) {
                throw this.#complain(node, `unknown key "${key.slice(0, 100)}"`, (0,_written_js__WEBPACK_IMPORTED_MODULE_4__/* .suggestion */ .h)(key, known));
            }
            if (isNode(pair.value))
                yield [key, pair.value];
            else
                throw this.#complain(node, `"${key}" has no value`, 'give it a value or remove it');
        }
    }
    #setting(name, node) {
        const items = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node) ? node.items : [node];
        const texts = items.map((item) => this.#scalar(item, node, name));
        return { ...this.#writtenAt(node, ` ${name}`), text: texts.map(quoteComma).join('\n') };
    }
    #ignoreEntries(node) {
        if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node))
            throw this.#complain(node, 'ignore is not a list', 'begin each entry with a dash');
        return node.items.map((item) => {
            if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(item))
                return this.#ignoreMap(item);
            const text = this.#scalar(item, node, 'ignore');
            return (0,_ignore_entry_js__WEBPACK_IMPORTED_MODULE_2__/* .parseIgnoreText */ .$t)({ ...this.#writtenAt(isNode(item) ? item : node), text }, this.#context);
        });
    }
    #ignoreMap(map) {
        const written = this.#writtenAt(map);
        const keys = ['rule', 'platform', 'path', 'reason', 'until'];
        const parts = new Map();
        for (const [key, node] of this.#entriesOf(map, keys))
            parts.set(key, this.#scalar(node, map, key));
        const rule = parts.get('rule');
        if (rule === undefined)
            throw (0,_written_js__WEBPACK_IMPORTED_MODULE_4__/* .complaint */ .U4)(written, 'an ignore entry without a rule', 'add `rule: <id>`');
        return (0,_ignore_entry_js__WEBPACK_IMPORTED_MODULE_2__/* .checkIgnore */ .PL)({
            rule,
            platform: parts.get('platform') ?? null,
            path: parts.get('path') ?? null,
            reason: parts.get('reason') ?? null,
            until: parts.get('until') ?? null,
        }, written, this.#context);
    }
    #scalar(item, around, name) {
        const value = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(item) ? item.value : undefined;
        if (typeof value === 'string')
            return value;
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(item) && (typeof value === 'boolean' || typeof value === 'number'))
            return item.source ?? String(value);
        throw this.#complain(isNode(item) ? item : around, `"${name}" is not a text, number or boolean`, 'write a plain value or a list of them');
    }
    #complain(node, problem, hint) {
        return (0,_written_js__WEBPACK_IMPORTED_MODULE_4__/* .complaint */ .U4)(this.#writtenAt(node), problem, hint);
    }
    #writtenAt(node, name = '') {
        return this.#written(name, node.range?.[0] ?? 0);
    }
    #written(name, offset) {
        return { text: '', where: `${this.#file}:${this.#lines.linePos(offset).line}${name}`, code: 'E_CONFIG' };
    }
}
function keyOf({ key }) {
    const value = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(key) ? key.value : key;
    return typeof value === 'string' ? value : String(value);
}
function isNode(value) {
    return (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(value) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(value);
}
function quoteComma(text) {
    return /[,"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}


/***/ })

};

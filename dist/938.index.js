export const id = 938;
export const ids = [938];
export const modules = {

/***/ 7938:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runner: () => (/* binding */ runner)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7264);
/** The runner. The only file that knows the Actions toolkit; what it cannot do is told, never thrown. */

const SPEAK = { error: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3, warning: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e, notice: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .notice */ .lm };
/** A comment is not worth waiting longer for. */
const PATIENCE = 10_000;
const runner = {
    setOutput: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH,
    annotate: ({ level, title, message, place }) => SPEAK[level](message, {
        title,
        ...(place === null ? {} : { file: place.file, startLine: place.line, endLine: place.endLine }),
    }),
    mask: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq,
    print: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq,
    addSummary: async (markdown) => {
        await _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .summary */ .z.addRaw(markdown, true).write();
    },
    callGithub: async (token) => {
        const { getOctokit } = await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413));
        const octokit = getOctokit(token);
        return async (route, parameters) => {
            const request = { signal: AbortSignal.timeout(PATIENCE) };
            const { data } = await octokit.request(route, { ...parameters, request });
            return data;
        };
    },
};


/***/ })

};

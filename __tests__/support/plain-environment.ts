/**
 * jest's environment of node, whose global object is an ordinary one. Jest's own is a Proxy behind the interceptors of
 * a contextified object: each mention of `Math` or `Buffer` then costs a hundred times what it costs users, which was
 * half the time of all tests.
 */
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;

export default class PlainEnvironment extends TestEnvironment {
  constructor(...words: ConstructorParameters<typeof TestEnvironment>) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...words);
    } finally {
      vm.createContext = createContext;
    }
  }
}

import { describeActionFully } from '../support/action-cases.ts';

describeActionFully('dist/index.js');

import { describeAction } from '../support/action-cases.ts';

describeAction('src/action/main.ts');

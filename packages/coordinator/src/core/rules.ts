import type { Language } from '@weftline/graph';

/** What differs when a workflow runs between the languages that it can be written in. All else is the same. */
export interface Rules {
  readonly language: Language;
  /** Whether every input is a variable as well, and its default a template that sees those before it. */
  readonly inputsAreVariables: boolean;
  /** Whether each entry of the output sees those before it as variables. */
  readonly outputSeesItself: boolean;
  /** Whether a map in the place of a list is the list of its entries. */
  readonly mapsAreLists: boolean;
  /** Whether names given to items are members of `item`, and not names by themselves. */
  readonly itemsHaveMembers: boolean;
  /**
   * Whether a join lays whole contexts over each other in order of arrival, so that the last to arrive wins even with values that it
   * only inherited. Else each name is as it was written last.
   */
  readonly joinsTakeWholeContexts: boolean;
  /** Whether what runs once per arrival stays apart for good, so that joins behind it count each way by itself. */
  readonly splitsStayApart: boolean;
  /** Whether `failed()` holds after a time-out too. */
  readonly timeoutsAreFailures: boolean;
}

const native: Rules = {
  language: 'native',
  inputsAreVariables: false,
  outputSeesItself: false,
  mapsAreLists: true,
  itemsHaveMembers: false,
  joinsTakeWholeContexts: false,
  splitsStayApart: false,
  timeoutsAreFailures: true,
};

const orquesta: Rules = {
  language: 'orquesta',
  inputsAreVariables: true,
  outputSeesItself: true,
  mapsAreLists: false,
  itemsHaveMembers: true,
  joinsTakeWholeContexts: true,
  splitsStayApart: true,
  timeoutsAreFailures: true,
};

const attune: Rules = { ...native, language: 'attune', mapsAreLists: false, timeoutsAreFailures: false };

const all: Readonly<Record<Language, Rules>> = { native, orquesta, attune };

export function rulesOf(language: Language = 'native'): Rules {
  return all[language];
}

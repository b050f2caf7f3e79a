import { Grant, Item, Model, Override, placeOf, steps } from './base/model';
import { Report } from './base/report';

/** Something that the library refuses. */
export interface Problem {
  /** The prop, if it is known. */
  readonly prop?: string;
  readonly message: string;
}

/** Makes an installation of a model, somewhere where nobody sees it. @returns what the library refuses */
export type Trial = (model: Model) => readonly Problem[];

type Part = Item | Override | Grant;

/**
 * The model without what the library refuses, so that the rest of it becomes an installation. Each part that is left out is in the report, with the library's own reason.
 */
export function accepted(model: Model, trial: Trial, report: Report): Model {
  const tell = (part: Part, reason: string): void => {
    for (const key of part.keys.length === 0 ? ['(default of the chart)'] : part.keys) report.add(key, 'refused', `${reason}. It is left out`);
  };
  // each round leaves out one part at least
  for (;;) {
    const problems = trial(model);
    if (problems.length === 0) return model;
    const dropped = new Map<Part, string>();
    for (const problem of problems) for (const part of blamed(model, problem, problems, trial)) dropped.set(part, problem.message);
    if (dropped.size === 0) return salvaged(model, trial, tell);
    for (const [part, reason] of dropped) tell(part, reason);
    model = model.without(new Set(dropped.keys()));
  }
}

/** The parts to leave out for a problem: as few as do it. None if that can't be told. */
function blamed(model: Model, problem: Problem, problems: readonly Problem[], trial: Trial): readonly Part[] {
  const named = suspects(model, problem);
  if (named.length === 1) return named;
  const known = new Set(problems.map(({ message }) => message));
  // one of several may be the only one that is wrong, unless something else is wrong without it
  const one = (named.length > 0 ? named : model.parts().reverse()).find((part) => {
    const left = trial(model.without(new Set([part])));
    return left.every(({ message }) => message !== problem.message && known.has(message));
  });
  return one === undefined ? named : [one];
}

/** The model built up part by part, without those that the library does not take. What needs another part gets a second chance once that is there. */
function salvaged(model: Model, trial: Trial, tell: (part: Part, reason: string) => void): Model {
  const left = new Map<Part, string>(model.parts().map((part) => [part, '']));
  for (let before = Infinity; left.size < before;) {
    before = left.size;
    for (const part of [...left.keys()]) {
      const [problem] = trial(model.without(new Set([...left.keys()].filter((other) => other !== part))));
      if (problem === undefined) left.delete(part);
      else left.set(part, problem.message);
    }
  }
  for (const [part, reason] of left) tell(part, reason);
  return model.without(new Set(left.keys()));
}

/** Items at the prop that the error names, below it, or above it; or else at a prop that its text speaks of. */
function suspects(model: Model, { prop, message }: Problem): Item[] {
  const mentioned = [...message.matchAll(/'([a-z][A-Za-z]*(?:[.[][^']*)?)'/g)].map((match) => match[1]);
  for (const name of [...prop === undefined ? [] : [prop], ...mentioned]) {
    const wanted = steps(name);
    const found = model.items.filter((item) => {
      const place = placeOf(item, model.items);
      return [place, inApiForm(place)].some((one) => wanted.slice(0, one.length).every((step, index) => step === one[index]));
    });
    if (found.length > 0) return found;
  }
  return [];
}

/** Requests and limits as errors name them, whichever form they were given in. */
function inApiForm(place: readonly string[]): readonly string[] {
  const [resource, which] = place.slice(-2);
  return which === 'request' || which === 'limit' ? [...place.slice(0, -2), `${which}s`, resource.replace('ephemeralStorage', 'ephemeral-storage')] : place;
}

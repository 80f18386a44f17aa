import { INCIDENT_CLASSES, type IncidentClass } from './incident-classes.ts';

/** `docs/incidents.md`: class by class, which rule catches it and what cannot be seen. */
export function incidentsPage(): string {
  const seen = INCIDENT_CLASSES.filter(({ caughtBy }) => caughtBy.length > 0);
  return [
    '# What goes wrong with published images',
    '',
    `${count(INCIDENT_CLASSES)} public incidents, sorted by what was wrong. ${seen.length} of ${INCIDENT_CLASSES.length} classes, with ${count(seen)} of the incidents, have a rule (or a failure that leaves the image unverified). “Visible” says of how many incidents the image itself shows the fault, hints at it, or shows nothing.`,
    '',
    '| class | what was wrong | incidents | visible: yes / partly / no | caught by | for example | what stays unseen |',
    '|---|---|---|---|---|---|---|',
    ...INCIDENT_CLASSES.map(rowOf),
    '',
    'Each class that a rule catches has a scenario in `__tests__/scenarios/incidents.test.ts`, named after the incident in the column “for example”.',
    '',
  ].join('\n');
}

function count(classes: readonly IncidentClass[]): number {
  return classes.reduce((sum, { incidents }) => sum + incidents, 0);
}

function rowOf(each: IncidentClass): string {
  const caughtBy = each.caughtBy.map((id) =>
    id.startsWith('E_') ? `\`${id}\`` : `[\`${id}\`](rules/${id}.md)`,
  );
  const cells = [
    each.name,
    each.what,
    String(each.incidents),
    each.visible.join(' / '),
    caughtBy.join(', ') || 'nothing',
    each.example === '' ? '' : `\`${each.example}\``,
    each.unseen,
  ];
  return `| ${cells.join(' | ')} |`;
}

import { ProblemIcon } from '../../ui/icons.tsx';

/** Why something did not work, said at once. */
export function Failure({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p className="with-icon bad" role="alert">
      <ProblemIcon aria-hidden />
      <span>{text}</span>
    </p>
  );
}

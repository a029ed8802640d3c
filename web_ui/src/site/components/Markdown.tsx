import { Fragment } from 'preact';
import { parse, type Block, type Inline } from './markdown';

function Words({ nodes }: { nodes: Inline[] }) {
  return <Fragment>{nodes.map(word)}</Fragment>;
}

function word(node: Inline) {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'em':
      return (
        <em>
          <Words nodes={node.children} />
        </em>
      );
    case 'strong':
      return (
        <strong>
          <Words nodes={node.children} />
        </strong>
      );
    case 'link':
      return (
        <a class="link" href={node.href} rel="nofollow noopener noreferrer ugc">
          <Words nodes={node.children} />
        </a>
      );
  }
}

function block(node: Block) {
  if (node.kind === 'list')
    return (
      <ul>
        {node.items.map((item, i) => (
          <li key={i}>
            <Words nodes={item} />
          </li>
        ))}
      </ul>
    );
  const words = <Words nodes={node.children} />;
  return node.kind === 'heading' ? (
    <p>
      <strong>{words}</strong>
    </p>
  ) : (
    <p>{words}</p>
  );
}

export function Markdown({ text, class: name = '' }: { text: string; class?: string }) {
  return (
    <div class={`prose ${name}`} dir="auto">
      {parse(text).map(block)}
    </div>
  );
}

import { Fragment } from 'preact';
import { parse, type Block, type Inline } from './markdown';

function InlineNodes({ nodes }: { nodes: Inline[] }) {
  return <Fragment>{nodes.map(renderInline)}</Fragment>;
}

function renderInline(node: Inline) {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'em':
      return (
        <em>
          <InlineNodes nodes={node.children} />
        </em>
      );
    case 'strong':
      return (
        <strong>
          <InlineNodes nodes={node.children} />
        </strong>
      );
    case 'link':
      return (
        <a class="link" href={node.href} rel="nofollow noopener noreferrer ugc">
          <InlineNodes nodes={node.children} />
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
            <InlineNodes nodes={item} />
          </li>
        ))}
      </ul>
    );
  const content = <InlineNodes nodes={node.children} />;
  return node.kind === 'heading' ? (
    <p>
      <strong>{content}</strong>
    </p>
  ) : (
    <p>{content}</p>
  );
}

export function Markdown({ text, class: name = '' }: { text: string; class?: string }) {
  return (
    <div class={`prose ${name}`} dir="auto">
      {parse(text).map(block)}
    </div>
  );
}

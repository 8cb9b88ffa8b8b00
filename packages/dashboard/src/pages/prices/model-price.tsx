import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState, type ReactElement } from 'react';
import {
  findModelsQuery,
  modelPriceQuery,
  type KnownModel,
  type ModelPrice,
} from '../../api/spend/prices.ts';
import { formatCount } from '../../format/count.ts';
import { formatPrice } from '../../format/money.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { staleProps } from '../../ui/stale.ts';

const tiers = [
  { key: 'standard', label: 'Standard' },
  { key: 'batch', label: 'Batch' },
  { key: 'flex', label: 'Flex' },
  { key: 'priority', label: 'Priority' },
] as const;
type Tier = (typeof tiers)[number]['key'];

/** Finds the price of a model on a day. */
export function ModelPriceCard(): ReactElement {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<KnownModel>();
  const [day, setDay] = useState('');
  const [tier, setTier] = useState<Tier>('standard');
  return (
    <section className="card" aria-label="Price of a model">
      <div className="card-head">
        <h2>Price of a model</h2>
        <Segments label="Service tier" value={tier} choices={tiers} onChange={setTier} />
      </div>
      <div className="card-body stack">
        <div className="price-grid">
          <Field
            label="Model"
            type="search"
            placeholder="gpt-4o-mini"
            value={text}
            autoComplete="off"
            onText={(typed) => {
              setText(typed);
              setChosen(undefined);
            }}
          />
          <Field label="Day (today if empty)" type="date" value={day} onText={setDay} />
        </div>
        {chosen === undefined ? (
          <FoundModels
            text={text}
            onChoose={(model) => {
              setText(model.model);
              setChosen(model);
            }}
          />
        ) : (
          <PriceAt model={chosen} day={day} tier={tier} />
        )}
      </div>
    </section>
  );
}

function FoundModels(props: {
  readonly text: string;
  readonly onChoose: (model: KnownModel) => void;
}): ReactElement {
  const text = useDeferredValue(props.text.trim());
  const found = useQuery({
    ...findModelsQuery(text),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  });
  if (text === '') return <p className="muted">Type a part of its name or of its provider.</p>;
  if (found.isError)
    return <FailureNotice what="The models" error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <p className="muted">Searching…</p>;
  if (found.data.data.length === 0) return <p className="muted">No model with this name has a price.</p>;
  return (
    <ul className="found-models">
      {found.data.data.map((model) => (
        <li key={`${model.provider} ${model.model}`}>
          <button type="button" className="button quiet" onClick={() => props.onChoose(model)}>
            <span className="truncate">{model.model}</span> <span className="faint">{model.provider}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function PriceAt(props: {
  readonly model: KnownModel;
  readonly day: string;
  readonly tier: Tier;
}): ReactElement {
  const { model, day, tier } = props;
  const asked = { model: model.model, provider: model.provider ?? undefined, day, tier };
  const answer = useQuery({ ...modelPriceQuery(asked), placeholderData: keepPreviousData });
  if (answer.isError)
    return <FailureNotice what="The price" error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <p className="muted">Loading…</p>;
  const { price, reason } = answer.data;
  return price == null ? (
    <p role="status" {...staleProps(answer.isPlaceholderData, 'warn')}>
      Unpriced: {reason}
    </p>
  ) : (
    <PriceTable price={price} isStale={answer.isPlaceholderData} />
  );
}

function PriceTable(props: { readonly price: ModelPrice; readonly isStale: boolean }): ReactElement {
  const { price, isStale } = props;
  const lines = [
    ...price.units.map((unit) => ({ ...unit, above: 0 })),
    ...price.longContext.flatMap(({ above, units }) => units.map((unit) => ({ ...unit, above }))),
  ];
  const pictures = Object.entries(price.pictures);
  return (
    <div role="status" {...staleProps(isStale)}>
      <p className="muted">
        {price.provider} · {sourceOf(price)}
        {validityOf(price)}
      </p>
      {price.isFree && <p>Free: nothing is billed.</p>}
      {(lines.length > 0 || pictures.length > 0) && (
        <table className="reprice-table">
          <thead>
            <tr>
              <th scope="col">Unit</th>
              <th scope="col" className="number">
                US dollars
              </th>
              <th scope="col" className="number">
                for
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ unit, words, usd, per, above }) => (
              <tr key={`${unit} ${above}`}>
                <td>
                  {words}
                  {above > 0 && <span className="faint"> above {formatCount(above)} input tokens</span>}
                </td>
                <td className="number">{formatPrice(usd)}</td>
                <td className="number muted">{formatCount(per)}</td>
              </tr>
            ))}
            {pictures.map(([kind, usd]) => (
              <tr key={kind}>
                <td>picture {kind.replace('/', ', ')}</td>
                <td className="number">{formatPrice(usd)}</td>
                <td className="number muted">1</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function sourceOf({ source, asOf }: ModelPrice): string {
  if (source === 'custom') return 'your price';
  return `${source === 'list' ? 'price list' : 'price feed'} of ${asOf}`;
}

/** Describes from which day the price is valid. There is no known price before the first one. */
function validityOf({ source, since }: ModelPrice): string {
  if (since !== null) return ` · since ${since.slice(0, 10)}`;
  return source === 'custom' ? '' : ' · the first known price, also used for earlier calls';
}

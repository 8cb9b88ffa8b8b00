import { PRICE_LIST_DATE } from '../generated/price-list.ts';
import type { OwnPrices } from '../own/own-prices.ts';
import type { PriceFeed } from '../price-options.ts';
import { type FoundModel, inRegion, lookUpModel } from './model-lookup.ts';

/** A model of a list, with the date of that list. */
export interface DatedModel extends FoundModel {
  readonly asOf: string;
  readonly isFeed: boolean;
}

/** The fields of a call that determine its price entry. */
export interface NamedCall {
  /** Id of the provider's list. */
  readonly provider: string;
  /** The response's model, otherwise the request's. */
  readonly model: string;
  readonly requestModel: string;
  /** The Bedrock region that was called; `''` if it is unknown or the provider has only one price. */
  readonly region: string;
  readonly atMs: number;
}

const NOT_FOUND: readonly DatedModel[] = [];
const LIST_MS = Date.parse(PRICE_LIST_DATE);
const datedModels = new WeakMap<FoundModel, readonly DatedModel[]>();

/** The model in the list, in the feed, or in both, in order of precedence at the time of the call. */
export function listedModel(own: OwnPrices | undefined, call: NamedCall): readonly DatedModel[] {
  const listed = foundModel(own, call, lookUpModel);
  const ofList = listed === undefined ? NOT_FOUND : datedByList(listed);
  return own?.feed === undefined ? ofList : datedByFeed(own, own.feed, call, ofList);
}

/** Separate from `listedModel`, because a function with closures allocates a context on every call. */
function datedByFeed(
  own: OwnPrices,
  feed: PriceFeed,
  call: NamedCall,
  [inList]: readonly DatedModel[],
): readonly DatedModel[] {
  const fed = foundModel(own, call, (provider, model) => feed.find(provider, model));
  const inFeed =
    fed === undefined || call.atMs < fed.model.knownFromMs
      ? undefined
      : { ...fed, asOf: feed.day, isFeed: true };
  if (inList === undefined || inFeed === undefined) return [inList ?? inFeed ?? []].flat();
  const isNewer = (inFeed.model.since(call.atMs) ?? Number.NEGATIVE_INFINITY) > LIST_MS;
  return isNewer ? [inFeed, inList] : [inList, inFeed];
}

/** A model of the list with the date of the list. The result is cached per model, because nearly every call needs it. */
function datedByList(found: FoundModel): readonly DatedModel[] {
  let dated = datedModels.get(found);
  if (dated === undefined) {
    dated = [{ ...found, asOf: PRICE_LIST_DATE, isFeed: false }];
    datedModels.set(found, dated);
  }
  return dated;
}

/** Finds the response's model or the user's alias of it, then the alias of the request's model. */
function foundModel(
  own: OwnPrices | undefined,
  { provider, model, requestModel, region }: NamedCall,
  lookUp: (provider: string, model: string) => FoundModel | undefined,
): FoundModel | undefined {
  if (own === undefined || own.aliases.size === 0) return lookUp(provider, inRegion(region, model));
  const alias = own.aliases.get(requestModel.toLowerCase());
  const found = lookUp(provider, inRegion(region, own.aliases.get(model.toLowerCase()) ?? model));
  return found ?? (alias === undefined ? undefined : lookUp(provider, inRegion(region, alias)));
}

import { PRICE_LIST_DATE } from '../generated/price-list.ts';
import type { OwnPrices } from '../own/own-prices.ts';
import type { PriceFeed } from '../price-options.ts';
import { type FoundModel, inRegion, lookUpModel } from './model-lookup.ts';

/** A model in a list, with the day of that list. */
export interface DatedModel extends FoundModel {
  readonly asOf: string;
  readonly isFeed: boolean;
}

/** What of a call decides which prices are looked up for it. */
export interface NamedCall {
  /** Id of the provider's list. */
  readonly provider: string;
  /** The model that answered, else the one that was asked for. */
  readonly model: string;
  readonly requestModel: string;
  /** The region of Bedrock that was called, `''` where the call does not say it or the provider has one price. */
  readonly region: string;
  readonly atMs: number;
}

const NOT_FOUND: readonly DatedModel[] = [];
const LIST_MS = Date.parse(PRICE_LIST_DATE);
const datedModels = new WeakMap<FoundModel, readonly DatedModel[]>();

/** The model in the list, in the feed, or in both: the one that counts at the time of the call first. */
export function listedModel(own: OwnPrices | undefined, call: NamedCall): readonly DatedModel[] {
  const listed = foundModel(own, call, lookUpModel);
  const ofList = listed === undefined ? NOT_FOUND : datedByList(listed);
  return own?.feed === undefined ? ofList : datedByFeed(own, own.feed, call, ofList);
}

/** Apart from `listedModel`, because a function that makes closures allocates a context each time. */
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

/** A model of the list with the day of the list; one for each model, as nearly every call asks for it. */
function datedByList(found: FoundModel): readonly DatedModel[] {
  let dated = datedModels.get(found);
  if (dated === undefined) {
    dated = [{ ...found, asOf: PRICE_LIST_DATE, isFeed: false }];
    datedModels.set(found, dated);
  }
  return dated;
}

/** The response's model, or what the user puts behind the name; then what is behind the request's name. */
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

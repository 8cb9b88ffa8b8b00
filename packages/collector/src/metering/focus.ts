import { dateOf } from './exporter.ts';

/** What a customer used on one day by one model. Decimals are exact. */
export interface UsageLine {
  readonly customer: string | null;
  readonly day: number;
  readonly model: string;
  /** US dollars at cost. */
  readonly cost: string;
  /** US dollars with mark-up. */
  readonly billed: string;
  readonly quantity: string;
  readonly unit: string;
  /** Unpriced calls, which are not in the costs, so the amounts are lower bounds. */
  readonly unpricedCalls: number;
}

/**
 * A line as a row of FOCUS 1.2 (FinOps Open Cost and Usage Specification): its mandatory columns and the recommended ones
 * that have a value here. `null` stands for an empty cell.
 *
 * A file contains the current figures of its days, including late and repriced calls, and replaces an earlier file of
 * the same days. Rows never correct others, so `ChargeClass` is empty, even in an invoiced month; only billers get
 * differences.
 *
 * The customer has no discount, so list, contracted, effective and billed cost are the same, with mark-up: what tools
 * show as savings is the difference of these columns. There are no SKU columns, because these must not be empty for
 * usage, but a call may have no model and there is no published price list of SKUs.
 */
export function focusRow(line: UsageLine, project: string): Readonly<Record<string, string | null>> {
  const date = dateOf(line.day);
  const [year = 1970, month = 1] = date.split('-').map(Number);
  const start = focusTime(Date.UTC(year, month - 1, 1));
  const end = focusTime(Date.UTC(year, month, 1));
  return {
    BilledCost: line.billed,
    BillingAccountId: project,
    BillingAccountName: project,
    BillingAccountType: 'Project',
    BillingCurrency: 'USD',
    BillingPeriodEnd: end,
    BillingPeriodStart: start,
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ChargeDescription: `Use of ${line.model === '' ? 'an unknown model' : line.model}`,
    ChargeFrequency: 'Usage-Based',
    ChargePeriodEnd: focusTime((line.day + 1) * 86_400_000),
    ChargePeriodStart: focusTime(line.day * 86_400_000),
    ConsumedQuantity: line.quantity,
    ConsumedUnit: line.unit,
    ContractedCost: line.billed,
    EffectiveCost: line.billed,
    InvoiceIssuerName: 'Userspan',
    ListCost: line.billed,
    PricingCategory: 'Standard',
    PricingQuantity: line.quantity,
    PricingUnit: line.unit,
    ProviderName: 'Userspan',
    PublisherName: 'Userspan',
    ServiceCategory: 'AI and Machine Learning',
    ServiceName: 'LLM usage',
    ServiceSubcategory: 'Generative AI',
    SubAccountId: line.customer,
    SubAccountName: line.customer,
    SubAccountType: line.customer === null ? null : 'Customer',
    Tags: '{}',
    // Columns of our own begin with `x_`, as the specification asks for.
    x_Cost: line.cost,
    x_Model: line.model === '' ? null : line.model,
    x_UnpricedCalls: String(line.unpricedCalls),
  };
}

/** The format of the specification has no fractions: `2026-11-01T00:00:00Z`. */
function focusTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export const FOCUS_COLUMNS: readonly string[] = Object.keys(
  focusRow(
    {
      customer: null,
      day: 0,
      model: '',
      cost: '0',
      billed: '0',
      quantity: '0',
      unit: 'Tokens',
      unpricedCalls: 0,
    },
    '',
  ),
);

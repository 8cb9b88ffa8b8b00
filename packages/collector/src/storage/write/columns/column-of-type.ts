import { FloatColumn, WholeNumberColumn } from './number-columns.ts';
import { ListColumn, MapColumn, NullableColumn } from './nested-columns.ts';
import { DecimalColumn, LongColumn, UuidColumn } from './wide-columns.ts';
import { TextColumn, WordColumn } from './text-columns.ts';
import type { Column } from './column.ts';

/** `LowCardinality(String)` of `SimpleAggregateFunction(max, LowCardinality(String))`: the type of the stored values. */
const AGGREGATE = /^SimpleAggregateFunction\(\w+, (.*)\)$/;

/** Creates a column for a type of the schema (without codec). */
export function columnOf(type: string): Column {
  const inner = AGGREGATE.exec(type)?.[1] ?? type;
  const nullable = /^Nullable\((.*)\)$/.exec(inner)?.[1];
  if (nullable !== undefined) {
    return new NullableColumn(columnOf(nullable));
  }
  const item = /^Array\((.*)\)$/.exec(inner)?.[1];
  if (item !== undefined) {
    return new ListColumn(columnOf(item));
  }
  switch (inner) {
    case 'String':
      return new TextColumn();
    case 'LowCardinality(String)':
      return new WordColumn();
    case 'UUID':
      return new UuidColumn();
    case 'UInt8':
      return new WholeNumberColumn(Uint8Array);
    case 'UInt16':
      return new WholeNumberColumn(Uint16Array);
    case 'UInt32':
      return new WholeNumberColumn(Uint32Array);
    case 'Int64':
    case 'UInt64':
      return new LongColumn();
    case 'Float64':
      return new FloatColumn();
    case 'Decimal(38, 18)':
      return new DecimalColumn();
    case 'Map(String, String)':
      return new MapColumn(new TextColumn(), new TextColumn());
    default:
      throw new RangeError(`No column is written of type ${type}.`);
  }
}

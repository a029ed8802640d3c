import type { FieldType } from '../types';
import { Column } from '../object/column';
import { Show } from '../object/show';
import { Input } from './input';

export const json: FieldType = { Column, Input, Show, wide: true };

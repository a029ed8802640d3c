import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const integer: FieldType = { Column, Input, Show: Column, right: true };

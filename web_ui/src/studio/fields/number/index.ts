import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';

export const number: FieldType = { Column, Input, Show: Column, right: true };

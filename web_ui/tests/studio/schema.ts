import { Schema, type Field, type Resource } from '../../src/studio/api/schema';

export const field = (name: string, over: Partial<Field> = {}): Field => ({
  name,
  type: 'text',
  label: name,
  group: 'Details',
  filter: [],
  ...over,
});

/** A small schema with two resources. */
export const content: Resource = {
  name: 'content',
  plural: 'content',
  path: '/api/v1/dashboard/content',
  title: 'Content',
  title_plural: 'Content',
  group: 'Catalogue',
  label: 'title',
  verbs: ['list', 'get', 'create', 'update', 'delete'],
  search: true,
  sort: '-created_at',
  fields: [
    field('id', { read_only: true, filter: ['eq'] }),
    field('title', { required: true, list: true, filter: ['eq', 'contains'], sortable: true }),
    field('status', { type: 'choice', read_only: true, list: true, filter: ['eq', 'not'] }),
    field('slug', { create_only: true }),
    field('notes'),
    field('categories', { type: 'references', resource: 'category', many: true, list: true, filter: ['eq'] }),
    field('pin', { type: 'secret', write_only: true }),
  ],
  actions: [{ name: 'publish', label: 'Publish' }],
  surfaces: {
    public: { path: '/api/v1/public/content', verbs: ['list', 'get'], fields: ['id', 'title', 'categories'] },
    partner: {
      path: '/api/v1/partner/content',
      verbs: ['list', 'get', 'create', 'update', 'delete'],
      actions: ['publish'],
      fields: ['id', 'title', 'status', 'slug', 'categories'],
    },
  },
};
export const category: Resource = {
  ...content,
  name: 'category',
  plural: 'categories',
  path: '/api/v1/dashboard/categories',
  label: 'name',
  fields: [field('id', { read_only: true }), field('name', { list: true })],
  actions: [],
  surfaces: {},
};
export const schema = new Schema([content, category]);

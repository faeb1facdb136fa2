/** "1 tenant", "24 tenants". */
export function tenants(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'tenant' : 'tenants'}`;
}

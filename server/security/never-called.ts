import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** Whether an address is in one of these networks. */
const inside = (...nets: string[]) => {
  const listed = nets.map((net) => ipaddr.parseCIDR(net));
  return (address: Address) => ipaddr.subnetMatch(address, { listed }, 'other') === 'listed';
};

/** What cloud providers answer at, besides link-local addresses. */
const METADATA = inside(
  // Alibaba, Azure (wire server), Oracle.
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  // EC2's services (metadata, container credentials, time, DNS), Google.
  'fd00:ec2::/32',
  'fd20:ce::254/128',
);
/** Addresses that lead elsewhere than they say, or that have been given up: translators, tunnels, site-local. */
const TRANSLATED = inside('::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b:1::/48', '2001::/32', 'fec0::/10');
const NAT64 = inside('64:ff9b::/96');
const SIX_TO_FOUR = inside('2002::/16');
const COMPATIBLE = inside('::/96');
const LOOPBACK = inside('127.0.0.0/8', '::1/128');
const UNUSABLE = inside('0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/128', 'fe80::/10', 'ff00::/8');

/**
 * Whether nothing ever connects to this address, whatever is on the list: link-local (with or without a zone), cloud
 * metadata, unspecified, multicast, and every way to write one of those or any IPv4 address so that it does not look like
 * it. What is no address at all counts as one of them.
 */
export function isNeverCalled(address: string): boolean {
  const read = parse(address);
  if (!read) return true;
  return readings(read).some((one) => UNUSABLE(one) || METADATA(one) || TRANSLATED(one) || isCompatible(one));
}

/** Whether the address is this machine, also through a translator. */
export function isLoopback(address: string): boolean {
  const read = parse(address);
  return read !== null && readings(read).some(LOOPBACK);
}

const METADATA_NAMES =
  /^(metadata|instance-data|rancher-metadata|metadata\.goog|metadata\.(tencentyun|azure|packet|platformequinix)\.(com|net)|metadata\.([a-z0-9-]+\.)*internal|instance-data\.([a-z0-9-]+\.)*internal)$/;

/** Whether a host name, in lower case, is one under which a cloud provider hands out credentials. */
export const isMetadataName = (host: string): boolean => METADATA_NAMES.test(host);

function parse(address: string): Address | null {
  return ipaddr.isValid(address) ? ipaddr.parse(address) : null;
}

/** The first 96 bits empty: an IPv4 address of old. The loopback `::1` is none. */
const isCompatible = (address: Address) => COMPATIBLE(address) && !LOOPBACK(address);

/** The address, and the IPv4 address inside of it: NAT64 (RFC 6052), 6to4 (RFC 3056), ISATAP (RFC 5214). */
function readings(address: Address): Address[] {
  if (address.kind() === 'ipv4') return [address];
  const bytes = address.toByteArray();
  const v4 = (at: number) => new ipaddr.IPv4(bytes.slice(at, at + 4));
  const isatap =
    (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return [address, ...(NAT64(address) || isatap ? [v4(12)] : []), ...(SIX_TO_FOUR(address) ? [v4(2)] : [])];
}

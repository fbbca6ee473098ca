// The days of the page are those of this device, unless its address says otherwise.
const { zone, zoneWanted } = document.body.dataset;
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zoneWanted !== undefined && here && here !== zone) {
  const address = new URL(location.href);
  address.searchParams.set("zone", here);
  location.replace(address);
}

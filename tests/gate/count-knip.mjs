// knip says nothing when all is well; this reporter adds how much it looked at.
export default function countKnip({ counters }) {
  console.log(`knip looked at ${counters.processed} files`);
}

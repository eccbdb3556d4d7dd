/** A banyan: one crown, several trunks. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg className={className} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        className="logo-crown"
        d="M16 3C8.300 3 3 7.200 3 11.600c0 3 2.400 4.600 5 4.600 1.700 0 2.700-.7 3.600-1.600.9 1.300 2.400 2.100 4.400 2.100s3.500-.8 4.400-2.100c.9.9 1.900 1.600 3.600 1.600 2.600 0 5-1.600 5-4.600C29 7.200 23.700 3 16 3Z"
      />
      <path
        className="logo-trunks"
        d="M16 15.500V28M8.500 16.500V28M23.500 16.500V28M12 20c-2 1-3.500 2.500-3.500 5M20 20c2 1 3.500 2.500 3.500 5"
      />
    </svg>
  );
}

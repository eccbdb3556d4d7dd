#!/bin/sh
# Makes an authority of your own and a certificate for auth.DOMAIN and list.DOMAIN in certs/, to try the compose file out.
# In public use the files of a public authority: tls.crt, tls.key, and its root as ca.pem.
set -eu
domain=${1:?usage: make-certs.sh DOMAIN}
cd "$(dirname "$0")/certs"
umask 077
[ ! -e tls.key ] || { echo "certs/tls.key is there already; remove it first." >&2; exit 1; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
  -subj '/CN=Banyan, own authority' -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
  -subj "/CN=auth.$domain" -keyout tls.key -out tls.csr 2>/dev/null
printf 'subjectAltName=DNS:auth.%s,DNS:list.%s\nbasicConstraints=CA:FALSE\n' "$domain" "$domain" >tls.ext
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 -extfile tls.ext -out tls.crt 2>/dev/null
chmod 644 ca.pem tls.crt
rm -f tls.csr tls.ext ca.srl
echo "certs/ has tls.crt and tls.key for nginx, and ca.pem, which peers trust by NODE_EXTRA_CA_CERTS."

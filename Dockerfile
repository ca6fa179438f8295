# syntax=docker/dockerfile:1
# Two static binaries and nothing else. Build: docker build -t canvaslint .
# Run: docker run --rm -v "$PWD:/work:ro" canvaslint check
FROM golang:1.26 AS build
WORKDIR /src
COPY . .
ARG VERSION= COMMIT= DATE=
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -buildvcs=false -ldflags "-s -w -X main.buildVersion=$VERSION -X main.buildCommit=$COMMIT -X main.buildDate=$DATE" -o /out/canvaslint ./cmd/canvaslint && CGO_ENABLED=0 go build -buildvcs=false -ldflags "-s -w" -o /out/canvaslint-fetch ./cmd/canvaslint-fetch
RUN mkdir -p /out/work /out/tmp /out/licenses && chmod 1777 /out/tmp && cp LICENSE pkg/reference/NOTICE /out/licenses/ && cp /etc/ssl/certs/ca-certificates.crt /out/

FROM scratch
COPY --from=build /out/canvaslint /canvaslint
COPY --from=build /out/canvaslint-fetch /canvaslint-fetch
COPY --from=build /out/licenses /licenses
COPY --from=build /out/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/tmp /tmp
COPY --from=build /out/work /work
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/canvaslint"]
CMD ["check"]

# syntax=docker/dockerfile:1
# The image of a release: the programs that GoReleaser built for each platform, and
# nothing else. The Dockerfile of the project builds from source.
FROM golang:1.26 AS base
RUN mkdir -p /out/work /out/tmp && chmod 1777 /out/tmp && cp /etc/ssl/certs/ca-certificates.crt /out/

FROM scratch
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/canvaslint $TARGETPLATFORM/canvaslint-fetch /
COPY LICENSE pkg/reference/NOTICE /licenses/
COPY --from=base /out/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=base /out/tmp /tmp
COPY --from=base /out/work /work
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/canvaslint"]
CMD ["check"]

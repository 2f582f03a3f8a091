# The program alone, as nobody: docker run --rm -v "$PWD:/src" -w /src azvet check
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /azvet
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /azvet/target/release/azvet /azvet
USER 65534:65534
ENTRYPOINT ["/azvet"]

# docker run --rm -v "$PWD:/workspace:ro" boundary check
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY boundary boundary
COPY rules rules
RUN python -m venv /opt/boundary && /opt/boundary/bin/pip install --no-cache-dir --quiet .

FROM python:3.12-slim
RUN apt-get update -qq \
    && apt-get install -qq --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    # What is mounted belongs to somebody else, and is only read.
    && git config --system --add safe.directory '*' \
    && useradd --create-home --uid 10001 boundary
COPY --from=build /opt/boundary /opt/boundary
ENV PATH=/opt/boundary/bin:$PATH
USER boundary
WORKDIR /workspace
ENTRYPOINT ["boundary"]
CMD ["check"]

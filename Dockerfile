FROM python:3.13-slim
RUN useradd --uid 10001 --create-home aidcenter
WORKDIR /srv/aidcenter
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# Static files and translations are made once, into the image; nothing secret is needed for it.
ENV AIDCENTER_STATIC=/srv/static
RUN python -m aidcenter.translations \
 && SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build python -m django collectstatic --noinput --settings aidcenter.settings
USER aidcenter

"""Precision and recall of the secret scan over lines that were written for it, true and false ones.

A `~` breaks each line, so that no scanner takes this file for a leak; it is taken out before the scan.
"""

from bizops.agent.tools.security.secret_scan import scan

TRUE = r"""
.env|DB_PASS~WORD=hunter2
.env|export PGPA~SS~WORD='Tr0ub4dor&3'
.env|AWS_SECRET_ACC~ESS_KEY=kR9vX2mZ8pQ4tW7yB1nC5dF0gH3jL6sA9uE2iO4K
.env|GITHUB_TO~KEN=gh~p_16C7e42F292c6912E7710c838347Ae178B4a
.env|DATABASE_URL=post~gres:~//app:s3cr3tPw9@db.prod.acme.io:5432/app
.env|REDIS_URL=rediss:~//:p4ssW0rdLong@cache.acme.io:6380/0
.env|STRIPE=sk_li~ve_51HxT2kLqWnRzVbYcPdMfGj8
.env|SLACK_BOT=xo~xb-263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1
.env|SENDGRID_API_KEY=SG~.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKcK1s5cr
.env|TWILIO_AUTH_TO~KEN=9f8e7d6c5b4a39281706f5e4d3c2b1a0
.env|SECRET_~KEY=django-insecure-5x!k2v9@q8w7e6r5t4y3u2i1o0p
.env|JWT_SEC~RET="q8Zp2Lx9Vb4Nm7Ks1Wd6"
.env|MAILGUN=key~-3ax6xnjp29jd6fds4gc373sgvjxteol0
config.yml|pass~word: "S3cur3!pass"
config.yml|  client_sec~ret: 8f14e45fceea167a5a36dedd4bea2543
config.yml|  api_~key: AIz~aSyD3kF9xQ2mV7nR4tY8uW1bC6eH0jL5pZaX
config.yml|admin_pass~word: Winter2025
values.yaml|    - name: DB_PASS~WORD\n      value: "n0t4Gu3ss"
secret.yaml|  password: czNjcjN0UGFzc3dvcmQh
secret.yaml|stringData:\n  pass~word: |\n    hG7-kk2pLq9
values.yaml|  adminPass~word: >-\n    Zx81-Spectrum!
issue|Le mot de pa~sse est aB3xQ9zLmP2k.
issue|mot de pa~sse de la base: kR9vX2-mZ8p
issue|Call it with Bear~er aB3xQ9zLmP2kR7tV5wY1cD4e
issue|https:~//hooks.slack.com/triggers/T012AB3C4/1234567890123/0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d
settings.py|DB_PASS~WORD = "s3cr3t-db-Pw"
settings.py|pass~word: str = 'Pa55w.rd!'
settings.py|conn = connect(host="db", user="app", pass~word="qwErty77!")
settings.py|API_~TOKEN = os.environ.get("API_~TOKEN", "8c2f1e9b7a6d5c4f3e2d1c0b9a8f7e6d")
settings.py|headers = {"Author~ization": "Bear~er 3f9a8c7e6d5b4a392817f6e5d4c3b2a1"}
settings.py|if pass~word == "letMe1n!now":
settings.py|requests.get(url, auth=HTTPBasicAuth("svc", "x"), headers={"X-Api-~Key": "b7Qk92LmXz81PvRt55Wd"})
app.js|const api~Key = "9aF3kLm82QpXz71BvTt6";
app.js|  dbPass~word: 'kX93!mQz',
app.js|const c = { "pass~word": "Gr33nHouse#9" };
app.ts|private readonly pass~word: string = "B1ueSky$77";
Main.java|String pass~word = "Sup3rS3cret!";
Main.java|DriverManager.getConnection("jd~bc:mysql:~//db.acme.io:3306/app?user=root&pass~word=R00tPw!9");
main.go|var pass~word = "g0langR0cks!"
main.go|	pass~word := "Zx81Spectrum"
app.rb|config.secret_~key = '4d9f1b7a2c8e6053f7d1a9b3c5e70842'
Config.cs|Ser~ver=sql.acme.io;Database=app;User Id=sa;Pass~word=Sq1Adm1n!;
appsettings.json|"DefaultConnection": "Ser~ver=10.1.2.3;Database=x;U~id=u;P~wd=Hq7#kk2;"
appsettings.json|"ClientSec~ret": "Xy~78Q~abcdefGHIJKL0123456789mnopqrstu"
web.config|<add key="SmtpPass~word" value="M41lPw!22" />
pom.xml|<pass~word>N3xusDeploy!</pass~word>
app.properties|spring.datasource.pass~word=Pr0dDb#2024
app.ini|pass~wd = C0rrectHorse9
.netrc|machine api.acme.io login ci pass~word qP93kkLx
config.json|"au~th": "Y2k6cVA5M2trTHhWYm4="
.npmrc|//registry.npmjs.org/:_authTo~ken=np~m_8Kd72mXq91LzPvT5bRw3YcNf6HgJs0AeUiQk
.pypirc|pass~word = py~pi-AgEIcHlwaS5vcmcCJDU2Zjk3YzA4LWQxMTItNDk2Ny1iNGE3LTEyMzQ1Njc4OTBhYgACKlszLCJh
Dockerfile|ENV DB_PASS~WORD Sh1pIt!99
deploy.sh|cu~rl -u admin:S3cr3tAdm1n https:~//api.acme.io/
deploy.sh|my~sql -u root -pR00tMe99 app
deploy.sh|ssh~pass -p 'D3ployMe!' ssh deploy@host
deploy.sh|docker lo~gin -u ci -p Reg1stryPw! registry.acme.io
deploy.sh|./run --pass~word=Zw3iUndVier --verbose
init.sql|CREATE USER app IDENTI~FIED BY 'Sq1Us3r!pw';
init.sql|ALTER ROLE app WITH PASS~WORD 'r0leP4ss!';
main.tf|  pass~word = "Terr4form!db"
main.tf|  sec~ret_k~ey = "kR9vX2mZ8pQ4tW7yB1nC5dF0gH3jL6sA9uE2iO4K"
issue|The password is Sommer2024! and it works for everybody.
issue|Passwort: Geheim!2024
issue|my github token gh~p_A9b8C7d6E5f4G3h2J1k0L9m8N7p6Q5r4S3t2 was pushed yesterday
issue|curl -H "Author~ization: Basic YWRtaW46UzNjcjN0QWRtMW4=" https:~//api.acme.io
issue|\| DB password \| S3cr3t!db \|
issue|here is the url: https:~//deploy:Gh5kk2Lx9@git.acme.io/repo.git
issue|AKI~AQ3EGRJ7WLXN2ABCD / kR9vX2mZ8pQ4tW7yB1nC5dF0gH3jL6sA9uE2iO4K
issue|gl~pat-x7Kq2mVn9RtY4uWb1CeH is the token
issue|hf_~QzXwVbNmKjHgFdSaPoIuYtReWqLkJh9876
ci.yml|        NPM_TO~KEN: np~m_8Kd72mXq91LzPvT5bRw3YcNf6HgJs0AeUiQk
ci.yml|      run: echo "gh~s_16C7e42F292c6912E7710c838347Ae178B4a" \| docker lo~gin
app.env|AZURE=DefaultEndpointsProtocol=https;AccountName=acme;Account~Key=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktMTU5PUFFSUw==;EndpointSuffix=core.windows.net
notes.md|Login: admin / pass~word: Qw3rty!2023
app.php|define('DB_PASS~WORD', 'wp-Pr0d!77');
app.php|$pass~word = 'L4ravel!x9';
application.yml|      pass~word: Kafka#2024 # pragma: allowlist secret
settings.py|PASS~WORD = "n0secHere!9"  # nosec
values.yaml|rootPass~word: "mar1aDB!"
.env|OPENAI_API_~KEY=sk-~proj-Ab3dEf6hIj9lMn2pQr5tUv8xYz1aBc4eFg7hIj0k
.env|GH_PAT=git~hub_pat_11ABCDEFG0aBcDeFgHiJkL_9mNoPqRsTuVwXyZ1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R9s0T1u2
token.txt|eyJ~hbGciOiJIUzI1NiJ9.eyJ~zdWIiOiJhZG1pbiIsInJvbGUiOiJyb290In0.4Adcj3UFYzPUVaVF43FmMab6RlaQD8A9V8wFzzht-KQ
cfg.toml|webhook_sec~ret = "whs~ec_9Kd72mXq91LzPvT5bRw3YcNf6HgJs0Ae"
secrets.txt|eG94Yi0y~NjM1OTQyMDY1NjQtMjM0MzU5NDIwNjU3NC1GR3FkZE1GOHQwOHY4TjdPcTRpNTd2czE=
""".replace("~", "")

FALSE = r"""
settings.py|password = os.environ["DB_PASS~WORD"]
settings.py|password = getpass.getpass()
settings.py|password = config.get("password")
settings.py|password = self.password
settings.py|password: str = Field(default="")
settings.py|def login(username, password, token=None):
settings.py|if password == confirm_password:
settings.py|raise ValueError("password is required")
settings.py|PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
settings.py|TOKEN_URL = "https://auth.acme.io/oauth/token"
settings.py|password_field = "input#password"
settings.py|token_type = "bearer"
settings.py|max_tokens = "4096"
settings.py|secret = secrets.token_hex(32)
settings.py|SECRET_NAME = "prod/app/database"
settings.py|parser.add_argument("--password", help="Password for the account")
settings.py|form.password.label = "Your password"
settings.py|password = f"{prefix}{suffix}"
settings.py|api_key = "your-api-key-here"
settings.py|api_key = "YOUR_API_KEY"
settings.py|api_key = "xxxxxxxxxxxxxxxxxxxx"
settings.py|secret = "changeme"
settings.py|aws_access_key_id = "<access-key>"
settings.py|password = "********"
settings.py|token = "sk-...abcd"
settings.py|token = None
settings.py|token: Optional[str] = None
settings.py|commit = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"
settings.py|sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
settings.py|request_id = "123e4567-e89b-12d3-a456-426614174000"
settings.py|if line.startswith("-----BEGIN PRIVATE KEY-----"):
settings.py|alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
settings.py|TOKEN_EXPIRE_MINUTES = "30"
settings.py|csrf_token = request.cookies["csrftoken"]
settings.py|next_page_token = "CAUQAA7dkf93kfkQWE12"
settings.py|keyword = "password"
settings.py|password_hash = "$2b$12$KIXQ4fB1Qk7Z0Zy2wq9p0eJ0uU8m2nYt6dQ1pZy7wK0Xh3b8b1a2C"
settings.py|tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
settings.py|special_tokens = {"pad_token": "[PAD]", "eos_token": "</s>"}
settings.py|key = "user:password:reset"
settings.py|message = "Invalid password or token"
settings.py|url = "https://example.com/path?token=" + token
settings.py|public_key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo"
.env|DB_PASSWORD=
.env|DB_PASSWORD=${DB_PASSWORD}
.env|DB_PASSWORD=$PASSWORD
.env|API_KEY=<your-token>
.env|API_KEY=changeme
.env|SECRET_KEY=replace-with-a-real-secret
.env|PASSWORD=xxxx
.env|DATABASE_URL=postgres://user:password@localhost:5432/db
.env|DATABASE_URL=postgresql://${USER}:${PASS}@${HOST}/db
.env|PASSWORD_MIN_LENGTH=12
.env|TOKEN_TTL=3600
ci.yml|        GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
ci.yml|        token: ${{ github.token }}
ci.yml|      - uses: actions/checkout@692973e3d937129bcbf40652eb9f2f61becf3332
ci.yml|      password: ${{ secrets.PYPI_TOKEN }}
playbook.yml|  password: "{{ vault_db_password }}"
playbook.yml|  password: !vault |
values.yaml|existingSecret: my-release-postgresql
values.yaml|  passwordSecretRef: db-credentials
values.yaml|    secretName: tls-cert
deploy.yaml|            secretKeyRef:
deploy.yaml|  name: db-secret
openapi.yml|        password:
openapi.yml|          type: string
openapi.yml|          format: password
openapi.yml|      tokenUrl: https://acme.io/oauth/token
app.js|const password = process.env.DB_PASSWORD;
app.js|password: req.body.password,
app.js|<input type="password" name="password" placeholder="Password" />
app.js|const token = localStorage.getItem("token");
app.js|headers: { Authorization: `Bearer ${token}` }
app.js|"password": "Passwort",
app.js|passwordLabel: "Enter your password",
app.js|resetPassword: "/auth/reset-password",
app.js|const apiKey = getApiKey();
app.ts|export interface Login { username: string; password: string; }
app.ts|password?: string;
i18n.json|"forgot_password": "Forgot your password?",
i18n.json|"password": "Passwort eingeben",
i18n.json|"token": "token.label.title",
Main.java|String password = System.getenv("DB_PASSWORD");
Main.java|@Value("${db.password}") private String password;
Main.java|private String password;
main.go|password := os.Getenv("DB_PASSWORD")
main.go|Password string `json:"password"`
main.go|token, err := auth.NewToken(ctx, "service")
app.rb|config.secret_key = ENV['SECRET_KEY_BASE']
main.tf|  password = var.db_password
main.tf|  secret_id = aws_secretsmanager_secret.db.id
main.tf|  password = data.aws_ssm_parameter.db.value
package-lock.json|"integrity": "sha512-OFkPRnQuX8hqcYHyRPo5FLrVFQvvVFzVqNlHLzZ2fRgSXkFQ6yTvE0a3WqS8xJqMjP0H9mS1oQ==",
package-lock.json|"js-tokens": "^4.0.0",
poetry.lock|    {file = "x.whl", hash = "sha256:44f6b1b8d2e1a4c5f6e7d8c9b0a1f2e3d4c5b6a79881726354453627180918aa"},
go.sum|golang.org/x/text v0.3.0 h1:g61tztE5qeGQ89tm6NTjjM9VPIm088od1l6aSorWRWg=
docs/api.md|Set `API_TOKEN` to your token, for example `ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`.
docs/api.md|curl -H "Authorization: Bearer $TOKEN" https://api.acme.io
docs/api.md|curl -H "Authorization: Bearer <token>" https://api.acme.io
docs/api.md|git clone https://<user>:<password>@github.com/acme/app.git
docs/api.md|git clone https://x-access-token:${GITHUB_TOKEN}@github.com/acme/app.git
docs/api.md|password: your_password_here
issue|I forgot my password: what do I do?
issue|The token is missing from the header and login fails with 401.
issue|Password: see 1Password
issue|The api key is rotated every 90 days.
issue|We need a secret: rotation policy for tokens
issue|- [ ] password policy reviewed
issue|my key starts with AKIA… and ends in 7XYZ
issue|task-management-system-for-project-teams-2024
issue|Passwort: ********
issue|The secret is stored in vault/prod/db
issue|commit 4f2d8a1b9c3e5d7f6a8b0c2d4e6f8a0b1c3d5e7f broke the login token
issue|Send Bearer <token> or Bearer your-token-goes-in-this-place
issue|the bearer authentication/authorization-middleware-v2 is broken
issue|Il passe dans la zone 3b-nord avec le mot de passe habituel
values.yaml|  passwordPolicy: |\n    at-least-12-characters
values.yaml|  password: |\n    ${DB_PASSWORD}
docker-compose.yml|      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-}
docker-compose.yml|      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
Dockerfile|ARG NPM_TOKEN
deploy.sh|read -s -p "Password: " PASSWORD
deploy.sh|mysql -u root -p"$MYSQL_PASSWORD" app
deploy.sh|TOKEN=$(cat /run/secrets/token)
deploy.sh|curl -u "$USER:$PASS" https://api.acme.io
deploy.sh|docker login -u ci --password-stdin
app.php|$password = $_POST['password'];
app.php|'password' => 'required|min:8',
web.config|<add key="Environment" value="Production01" />
pom.xml|<password>${env.NEXUS_PASSWORD}</password>
app.properties|spring.datasource.password=${DB_PASS}
app.properties|spring.datasource.password=ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)
settings.py|assert response.json()["token"] == expected_token
settings.py|help="The secret key. See docs."
settings.py|cache_key = "user-profile-v2-primary"
settings.py|AUTH_PASSWORD_VALIDATORS = [{"NAME": "x.MinimumLengthValidator"}]
settings.py|INTERNAL_RESET_SESSION_TOKEN = "_password_reset_token"
style.css|.password-token-input { color: #a94a8f; }
logo.svg|<path d="M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2z" id="AKIAlogo"/>
"""


def lines(corpus: str) -> list[tuple[str, str]]:
    rows = [line.partition("|") for line in corpus.strip().splitlines()]
    return [(name, text.replace("\\n", "\n").replace("\\|", "|")) for name, _, text in rows]


def counted(name: str, text: str) -> int:
    return sum(hit.severity != "info" for hit in scan(text, name).hits)


def test_secrets_are_found_and_look_alikes_are_not() -> None:
    missed = [text for name, text in lines(TRUE) if not counted(name, text)]
    wrong = [text for name, text in lines(FALSE) if counted(name, text)]
    found = len(lines(TRUE)) - len(missed)
    recall, precision = found / len(lines(TRUE)), found / (found + len(wrong))
    assert recall >= 0.97, missed
    assert precision >= 0.97, wrong


def test_one_line_with_one_secret_gives_one_hit() -> None:
    twice = [text for name, text in lines(TRUE) if counted(name, text) > 1 and "/ kR9" not in text]
    assert twice == []

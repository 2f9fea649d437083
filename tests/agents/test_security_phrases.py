"""A pass phrase of plain words is a secret; a label, a message and a translation under the same name are none.

A `~` breaks each line, so that no scanner takes this file for a leak; it is taken out before the scan.
"""

import pytest

from bizops.agent.tools.security.secret_scan import scan

PHRASES = r"""
settings.py|DB_PASS~WORD = "correct horse battery staple"
settings.py|config["pass~phra~se"] = "purple monkey dishwasher lamp"
settings.py|connect(user="x", pass~word="Winter is coming 2024")
settings.py|os.environ["DB_PASS~WORD"] = "old oak tree 1987"
settings.py|key = load_key(data, pass~word=b"silver moon over lake")
app.js|const dbPass~word = "correct horse battery staple";
app.js|  pass~word: 'blue whale sings tonight',
app.js|process.env.DB_PASS~WORD = `seven rusty nails 42`;
app.ts|const opts: Opts = { pass~phra~se: "tiny rocket eats cheese" };
config.yml|pass~word: Winter is coming 2024
config.yml|  db_pass~word: correct horse battery staple
config.yml|pass~phra~se: "glass river under bridge"
config.yml|key~store_pass~word: purple elephant dances # for prod
config.yml|ADMIN_PASS~WORD: 'summer rain 2023'
config.toml|pass~word = "correct horse battery staple"
config.toml|db_pass = "four green apples fall"
.env|DB_PASS~WORD="correct horse battery staple"
.env|DB_PASS~WORD=correct horse battery staple
.env|export SMTP_PASS='yellow taxi midnight'
.env|REDIS_PASS~WORD=Sommer in Berlin 2024
config.json|{"pass~word": "correct horse battery staple"}
config.json|  "dbPass~word": "Winter is coming 2024",
config.json|  "pass~phra~se": "lazy fox jumps twice daily",
app.properties|spring.datasource.pass~word=correct horse battery staple
app.properties|key~store.pass~word: purple monkey dishwasher
main.tf|  pass~word = "correct horse battery staple"
main.tf|  master_pass~word        = "Winter is coming 2024"
Dockerfile|ENV DB_PASS~WORD="correct horse battery staple"
Dockerfile|ENV DB_PASS~WORD correct horse battery staple
deploy.sh|export DB_PASS~WORD="correct horse battery staple"
deploy.sh|./run --pass~word "correct horse battery staple"
deploy.sh|gpg --batch --pass~phra~se "blue whale sings tonight" -d x.gpg
pom.xml|<pass~word>correct horse battery staple</pass~word>
web.config|<add key="DbPass~word" value="Winter is coming 2024" />
app.php|'pass~word' => 'correct horse battery staple',
app.php|$db_pass~word = "purple monkey dishwasher lamp";
Main.java|String pass~word = "correct horse battery staple";
Main.java|props.setProperty("db.pass~word", "Winter is coming 2024");
main.go|pass~word := "correct horse battery staple"
main.go|	Pass~phra~se: "glass river under bridge",
Config.cs|public const string Pass~word = "correct horse battery staple";
Config.cs|var conn = "Server=db;Database=x;User Id=sa;Pass~word=Tr0ub4dor&3x;";
secret.yaml|stringData:\n  pass~word: correct horse battery staple
secret.yaml|        - name: DB_PASS~WORD\n          value: "correct horse battery staple"
secret.yaml|  client_secr~et: 8f14e45fceea167a5a36dedd4bea2543
deploy.sh|curl -u admin:S3cr3tAdm1n https://api.acme.io/
deploy.sh|curl -H "Authorization: Bear~er 3f9a8c7e6d5b4a392817f6e5d4c3b2a1" https://api.acme.io
README.md|The pass~word: "correct horse battery staple"
README.md|- **Pass~word:** correct horse battery staple
issue|Pass~word: correct horse battery staple
issue|Pass~wort: pferd batterie klammer richtig
issue|DB_PASS~WORD = "correct horse battery staple"
app.rb|pass~word: "correct horse battery staple"
init.sql|CREATE USER app IDENTIFIED BY 'correct horse battery staple';
app.ini|pass~word = correct horse battery staple
application.yml|jwt:\n  secr~et: wooden spoon paints clouds
settings.py|SECR~ET_KEY = "orange turtles swim slowly north"
app.kt|val pass~word = "correct horse battery staple"
ansible.yml|ansible_become_pass: correct horse battery staple
"""
LABELS = r"""
settings.py|pass~word = "Enter your pass~word"
settings.py|PASS~WORD_HELP = "at least eight letters long"
settings.py|raise ValueError("pass~word: must not be empty")
settings.py|errors["pass~word"] = "This field may not be blank."
settings.py|parser.add_argument("--pass~word", help="the pass~word of the database")
settings.py|pass~word = forms.CharField(label="Your pass~word again")
settings.py|messages = {"pass~word": "is too short"}
settings.py|pass~word=getpass("Pass~word for the vault: ")
app.js|pass~word: 'Choose a strong pass~word',
app.js|  username: "User name",\n  pass~word: "Pass phra~se here",\n  login: "Log in now",
app.js|const pass~word~Error = "Pass~word~s do not match";
app.js|pass~word: "Pass~word is required",
app.js|errors.pass~word = 'Must be 8 characters or more'
app.ts|pass~word: "Invalid email or pass~word"
locales/en.json|  "pass~word": "Secr~et word goes in here"
locales/fr.json|  "pass~word": "Mot de pass~e oublié"
locales/de.json|  "pass~word": "Bitte Kennwort eingeben"
locales/sv.json|  "pass~word": "Tre hästar och fyra kor"
fr.json|"pass~word": "Mot de pass~e oublié"
app.js|"pass~word": "Mot de pass~e oublié",
app.js|"pass~word": "Pass~wort vergessen",
app.js|"pass~word": "Contraseña olvidada",
app.js|pass~word: "Introduzca su clave",
app.js|pass~word: "Esqueceu sua senha",
app.js|pass~word: "Hasło jest wymagane",
app.js|pass~word: "Inserisci la tua chiave",
app.js|pass~word: "Nieprawidłowe dane użytkownika",
messages_de.properties|login.pass~word=Das geheime Wort
app.properties|login.pass~word=Enter the word that you were given
config.yml|pass~word: Enter your pass~word
config.yml|pass~word: see the vault
config.yml|pass~word: stored in AWS Secr~ets Manager
config.yml|pass~word: ask the admin for it
config.yml|  pass~word: # set by the operator
config.yml|pass~word: ${DB_PASS~WORD} for the database
config.yml|pass~word: not set
config.yml|  description: pass~word of the user
openapi.yml|pass~word:\n  description: the word~s that only you know
.env|DB_PASS~WORD=your pass~word here
.env|# DB_PASS~WORD is set by the deployment
deploy.sh|DB_PASS~WORD=$1 ./run the thing now
deploy.sh|read -p "Pass~word of the user: " pass~word
deploy.sh|echo "pass~word: wrong or expired"
Dockerfile|ENV DB_PASS~WORD=changeme
main.tf|  description = "The pass~word for the database"
main.tf|variable "pass~word" { description = "master user of the cluster" }
pom.xml|<pass~word>${env.NEXUS_PASS~WORD}</pass~word>
strings.xml|<string name="pass~word">Enter your pass~word</string>
app.php|'pass~word' => 'The provided pass~word is incorrect.',
app.php|'pass~word' => 'required string min eight',
Main.java|String pass~word~Prompt = "Type the magic word~s below";
Main.java|throw new Exception("pass~word: no such user found");
README.md|Pass~word: see the note in the wiki
README.md|pass~word: the word that opens the door
README.md|Set `pass~word` to whatever word~s you like best.
README.md|The pass~phra~se: a few plain word~s that nobody guesses
issue|Pass~word: I forgot mine again
issue|pass~word: broken since the last update
issue|My pass~word: does not work any more since Monday
form.html|<input type="pass~word" placeholder="Four word~s or more">
form.vue|pass~word: { label: "Your secr~et word~s", required: true }
config.json|{"pass~word": "string of eight or more"}
main.go|return errors.New("pass~word: hash and plain differ")
"""
LOGINS = r"""
.pgpass|db.acme.io:5432:app:root:Kx93mQz7
"""
NO_LOGINS = r"""
app.py|permissions = au~th("editor", "reader")
secret.yaml|pa~ssword: <base64 of the password>
app.py|au~th = ('user', 'password')
app.php|new PD~O($dsn, $user, $password);
main.go|user:pa~ssword@tcp(localhost:3306)/db
README.md|the pa~ssword `DB_PASSWORD` is read from the environment
app.py|lo~gin_required(auth("read", "write"))
"""


def lines(told: str) -> list[tuple[str, str]]:
    """The file names and texts of a list."""
    rows = [row.replace("~", "").replace("\\n", "\n").partition("|") for row in told.strip().splitlines()]
    return [(name, text) for name, _, text in rows]


@pytest.mark.parametrize(("name", "text"), lines(PHRASES))
def test_words_that_open_something_are_found_whole(name: str, text: str) -> None:
    hits = scan(text, name).hits
    assert len(hits) == 1
    assert "battery" not in text or "battery" in hits[0].value


@pytest.mark.parametrize(("name", "text"), lines(LABELS))
def test_words_that_only_speak_of_it_are_not(name: str, text: str) -> None:
    assert scan(text, name).hits == ()


@pytest.mark.parametrize(("name", "text"), lines(LOGINS))
def test_a_password_beside_a_user_or_in_another_language_is_found(name: str, text: str) -> None:
    assert len(scan(text, name).hits) == 1


@pytest.mark.parametrize(("name", "text"), lines(NO_LOGINS))
def test_what_only_looks_like_a_login_is_not(name: str, text: str) -> None:
    assert scan(text, name).hits == ()


def test_a_translation_is_told_by_its_file_and_by_its_neighbours() -> None:
    text = '"pass~word": "Tre hästar och fyra kor"'.replace("~", "")
    assert scan(text, "src/config.json").hits
    assert not scan(text, "src/i18n/sv.json").hits
    assert not scan(f'"name": "Namn",\n"street": "Gatans adress",\n{text}', "src/form.json").hits

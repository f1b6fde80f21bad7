package runbook.sandbox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.box.Identity;
import runbook.sandbox.box.Mount;
import runbook.sandbox.box.Tree;

class ImagesTest {
  @TempDir Path temporary;

  @Test
  void namesAreReadAsARuntimeReadsThem() throws Exception {
    assertThat(Images.fullName("busybox")).isEqualTo("docker.io/library/busybox:latest");
    assertThat(Images.fullName("metabase/metabase:v1")).isEqualTo("docker.io/metabase/metabase:v1");
    assertThat(Images.fullName("localhost:5000/a/b")).isEqualTo("localhost:5000/a/b:latest");
    assertThat(Images.fullName("docker.io/library/postgres:17"))
        .isEqualTo("docker.io/library/postgres:17");
    assertThat(Images.fullName("a:1@sha256:" + "0".repeat(64))).isEqualTo("docker.io/library/a:1");
    assertThatThrownBy(() -> Images.fullName("Not An Image"))
        .isInstanceOf(ImageException.class)
        .hasMessage("couldn't parse image name \"Not An Image\": invalid reference format");
  }

  @Test
  void theImagesOfTheFixturesAreThere() throws Exception {
    Images images = Images.builtIn();
    for (String name :
        List.of(
            "ghcr.io/python-discord/site:latest",
            "ghcr.io/python-discord/metricity:latest",
            "metabase/metabase:latest",
            "vaultwarden/server:latest",
            "ghcr.io/supakeen/pinnwand:v1.5.0-psql")) {
      assertThat(images.find(name).entrypoint()).as(name).containsExactly("/usr/local/bin/client");
    }
    assertThat(images.find("ghcr.io/owl-corp/psql_extended:17").environment())
        .containsEntry("PG_MAJOR", "17");
    assertThat(images.find("postgres:15-alpine").stopSignal()).isEqualTo("INT");
  }

  @Test
  void anUnknownNameIsNotFound() throws Exception {
    Images images = Images.builtIn();
    assertThatThrownBy(() -> images.find("nothing:1"))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "failed to pull and unpack image \"docker.io/library/nothing:1\": failed to resolve reference"
                + " \"docker.io/library/nothing:1\": docker.io/library/nothing:1: not found");
    assertThatThrownBy(() -> images.find("postgres:latest"))
        .hasMessage(
            "The sandbox has PostgreSQL by major version, such as `postgres:17`; the tag `latest` names none.");
    assertThatThrownBy(() -> images.find("postgres:9"))
        .hasMessage("The sandbox has PostgreSQL [13, 14, 15, 16, 17, 18], but no 9.");
  }

  @Test
  void aUsersRecipeIsAFewLines() throws Exception {
    Images images =
        Images.builtIn()
            .and(
                "mine.yaml",
                """
                images:
                  - names: ["registry.example.org/reports:*"]
                    command: [report, --daily]
                    environment: { TZ: UTC }
                    user: "1000:2000"
                    directory: /srv
                    stopSignal: SIGQUIT
                    volumes: [/srv/data]
                    files: { /usr/local/bin/report: "#!/bin/sh\\necho hello\\n", /etc/report.conf: "a = b" }
                    mounts: { /opt/tool: /home/me/tool }
                  - names: ["database"]
                    like: postgres:17
                    environment: { POSTGRES_USER: me }
                """);
    Image image = images.find("registry.example.org/reports:3");
    assertThat(image.entrypoint()).isEmpty();
    assertThat(image.command()).containsExactly("report", "--daily");
    assertThat(image.environment()).containsEntry("TZ", "UTC").containsKey("PATH");
    assertThat(image.accounts().identity(image.user()))
        .contains(new Identity(1000, 2000, List.of()));
    assertThat(image.stopSignal()).isEqualTo("QUIT");
    assertThat(image.directory()).isEqualTo("/srv");
    assertThat(image.tree().entries())
        .contains(
            new Tree.Folder("/srv/data", 01777, 0),
            new Tree.Text("/usr/local/bin/report", "#!/bin/sh\necho hello\n", 0755),
            new Tree.Text("/etc/report.conf", "a = b", 0644));
    assertThat(image.mounts())
        .contains(new Mount.Bind(Path.of("/home/me/tool"), "/opt/tool", true));

    Image database = images.find("database:1");
    assertThat(database.environment())
        .containsEntry("PG_MAJOR", "17")
        .containsEntry("POSTGRES_USER", "me");
    assertThat(database.entrypoint()).containsExactly("docker-entrypoint.sh");
    assertThat(database.alone()).isEqualTo(Optional.of("postgres"));
  }

  @Test
  void aRecipeWithAMistakeIsRefused() throws Exception {
    Images images = Images.builtIn();
    assertThatThrownBy(() -> images.and("mine.yaml", "images: [ { names: [a], comand: [b] } ]"))
        .hasMessageStartingWith("mine.yaml: a recipe has no `comand`; it has [command, directory,");
    assertThatThrownBy(() -> images.and("mine.yaml", "images: [ { command: [b] } ]"))
        .hasMessage("mine.yaml: a recipe needs `names`, a list.");
    assertThatThrownBy(
            () -> images.and("mine.yaml", "images: [ { names: [a], files: { /usr/bin/x: y } } ]"))
        .hasMessageContaining("`files` may not be at `/usr/bin/x`");
    Images loop =
        images.and("mine.yaml", "images: [ { names: [a], like: b }, { names: [b], like: a } ]");
    assertThatThrownBy(() -> loop.find("a")).hasMessageContaining("is like itself in the end");
  }

  @Test
  void whereNothingCanFetchClientProgramsItSaysWhatWould() throws Exception {
    Images images =
        Images.builtIn().on(new Cache(temporary), new PostgresTools(List.of(), "/nonexistent"));
    assertThatThrownBy(() -> images.find("postgres:17"))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "This machine has no psql and pg_dumpall of PostgreSQL 17 or newer, nor pip, with which they"
                + " could be fetched; install the package `postgresql-client`, or `python3-pip`.");
  }
}

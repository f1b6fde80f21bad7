package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.world.WorldFile.Disk;
import runbook.sandbox.world.WorldFile.Load;

/** What a world's file says, and what is wrong with it. */
final class WorldReaderTest {
  @TempDir Path folder;

  private Path world(String text) throws Exception {
    return Files.writeString(folder.resolve("world.yaml"), text);
  }

  @Test
  void allMistakesAreToldAtOnceWithTheirPlaces() throws Exception {
    var file =
        world(
            """
            world: wrong
            wether: rainy
            manifests: [nowhere.yaml, nothing.yaml]
            services: none.yaml
            data:
              in: postgres
              load:
                - generate: much
            linode:
              disks: tape
            cloudflare:
              zone: example.com
              routes:
                - { pattern: "example.com/*", script: lost }
            clock: -1
            """);
    assertThatThrownBy(() -> WorldReader.read(file))
        .hasMessage(
            """
            %1$s:2:1: There is no key `wether` here; there are clock, cloudflare, data, images, linode, manifests, namespace, services, world.
            %1$s:3:13: There is no file `%2$s/nowhere.yaml`.
            %1$s:3:27: There is no file `%2$s/nothing.yaml`.
            %1$s:4:1: A list of files is expected here.
            %1$s:8:7: `much` is no size such as 200Mi or 2Gi.
            %1$s:10:3: Disks are `files` or `memory`, not `tape`.
            %1$s:14:35: There is no script `lost`.
            %1$s:15:1: A clock runs more than 0 and at most 100,000 times as fast.\
            """
                .formatted(file, folder));
  }

  @Test
  void whatIsLeftOutIsWhatMostWorldsHave() throws Exception {
    var world = WorldReader.read(world("world: small\n"));
    assertThat(world.namespace()).isEqualTo("default");
    assertThat(world.data()).isEmpty();
    assertThat(world.zone()).isEmpty();
    assertThat(world.factor()).isEqualTo(1);
    assertThat(world.linode().memory()).isFalse();
    assertThat(world.linode().tokens()).containsOnlyKeys(WorldReader.LINODE_TOKEN);
  }

  @Test
  void aFolderIsItsWorldYaml() throws Exception {
    Files.writeString(folder.resolve("all.sql.gz"), "");
    world(
        """
        world: mine
        data:
          in: db
          load:
            - file: all.sql.gz
            - { file: all.sql.gz, database: shop }
            - generate: 2Gi
        linode:
          disks: memory
          volumes:
            - { label: old, size: 20 }
        clock: 60
        """);
    var world = WorldReader.read(folder);
    var dump = folder.resolve("all.sql.gz");
    assertThat(world.data().orElseThrow().loads())
        .containsExactly(
            new Load.Dump(dump, "postgres"), new Load.Dump(dump, "shop"), new Load.Generated(2048));
    assertThat(world.linode().volumes()).containsExactly(new Disk("old", 20));
    assertThat(world.linode().memory()).isTrue();
    assertThat(world.factor()).isEqualTo(60);
  }

  @Test
  void theDocumentationNamesEveryKey() throws Exception {
    var text = Files.readString(Path.of("../../schema/worlds.md"));
    assertThat(WorldReader.KEYS).allSatisfy(key -> assertThat(text).contains("`" + key));
  }

  @Test
  void aWorldCanHoldAnotherDumpThanItsFileSays() throws Exception {
    var load = new Load.Dump(folder.resolve("own.dump"), "postgres");
    var world =
        WorldReader.read(world("world: a\ndata: { in: db, load: [ { generate: 5Mi } ] }\n"));
    assertThat(world.holding(load).data().orElseThrow())
        .isEqualTo(new WorldFile.Data("db", "postgres", java.util.List.of(load)));
    var empty = WorldReader.read(world("world: empty\n"));
    assertThatThrownBy(() -> empty.holding(load))
        .hasMessage("The world `empty` has no `data`, which tells where a dump is loaded.");
  }
}

package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutePatternTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "*example.com/*",
        "*.example.com/*",
        "example.com/*",
        "example.com/a",
        "example.com",
        "https://www.example.com/a*",
        "http://*example.com/"
      })
  void takesWhatCloudflareTakes(String pattern) {
    assertThatCode(() -> RoutePattern.check(pattern, "example.com")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com/*/a", "exa*mple.com/*", "example.com/a?b=*", "other.com/*", "*",
        "notexample.com/*", "*ample.com/*", "ftp://example.com/*", "example.com/ *", "",
        "**example.com/*", "example.com/**", "*com/*"
      })
  void refusesWhatItDoesNot(String pattern) {
    assertThatThrownBy(() -> RoutePattern.check(pattern, "example.com"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(".");
  }

  @ParameterizedTest
  @CsvSource({
    "*example.com/*, example.com/invite*, true",
    "*example.com/*, *example.com/.well-known/*, true",
    "*example.com/*, www.example.com/*, true",
    "*example.com/*, *.example.com/*, true",
    "*example.com/*, https://*example.com/*, true",
    "example.com/*, *example.com/a, false",
    "example.com/*, www.example.com/a, false",
    "*.example.com/*, example.com/a, false",
    "*example.com/a/*, *example.com/b/*, false",
    "*example.com/a/*, www.example.com/*, true",
    "http://example.com/*, https://example.com/a, false",
  })
  void findsHoles(String ours, String other, boolean hole) {
    var a = RoutePattern.of(ours);
    var b = RoutePattern.of(other);
    assertThat(a.meets(b)).isEqualTo(b.meets(a));
    assertThat(a.meets(b) && b.isMoreSpecificThan(a)).isEqualTo(hole);
  }

  @Test
  void knowsWhatLeavesWwwOut() {
    assertThat(RoutePattern.of("example.com/*").coversZone("example.com")).isFalse();
    assertThat(RoutePattern.of("*.example.com/*").coversZone("example.com")).isFalse();
    assertThat(RoutePattern.of("*example.com/*").coversZone("example.com")).isTrue();
  }
}

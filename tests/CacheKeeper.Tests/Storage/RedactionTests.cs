using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Storage;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("pay ravi.kumar@okaxis now", "pay [vpa] now")]
    [InlineData("9876543210@ybl", "[vpa]")]
    [InlineData("mail ravi.kumar+x@example.co.in.", "mail [email].")]
    [InlineData("call +91 98765 43210", "call [mobile]")]
    [InlineData("call 09876543210, please", "call [mobile], please")]
    [InlineData("PAN ABCPE1234F", "PAN [pan]")]
    [InlineData("card 4111 1111 1111 1111", "card [card]")]
    [InlineData("aadhaar 2341 2341 2346", "aadhaar [aadhaar]")]
    [InlineData("RRN 412345678901 failed", "RRN [reference] failed")]
    [InlineData("UTR HDFCN12345678901", "UTR [reference]")]
    [InlineData("UTR SBIN412345678901", "UTR [reference]")]
    [InlineData("UTR ICICR42023010112345678", "UTR [reference]")]
    public void What_identifies_is_marked(string text, string expected) => Assert.Equal(expected, Redaction.Apply(text));

    [Theory]
    [InlineData("hit ratio 60.4% of 12,345 lookups since 2026-11-23 10:00:00")]
    [InlineData("snapshot 1795392000000 took 8589934592 bytes")]
    [InlineData("node 10.0.0.1:6379, id 123e4567-e89b-12d3-a456-426614174000")]
    [InlineData("@upstash/redis@1.34.0 and image@sha256:abcdef")]
    [InlineData("sha 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    public void What_does_not_is_left(string text) => Assert.Equal(text, Redaction.Apply(text));
}

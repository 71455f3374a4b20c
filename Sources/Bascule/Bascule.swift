@main
enum Bascule {
    static func main() {
    }
}
